"""Who a request is from, where the host signs its customers in itself."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from counterfoil.hosting.asking import AnswerUnfit, ask_here, fitting, fitting_kept
from counterfoil.rules.people import normalise_mail

LONGEST = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class HostVisitor:
    """
    Somebody the host has signed in.

    ``external_reference`` is the host's own id of theirs, which never becomes anybody else's.
    ``mail`` is an address that they have proven to read, to the host; leave it empty where they
    only typed it, since whoever has it has what was bought with it. ``display`` is what they are
    called where no address is known.
    """

    external_reference: str
    mail: str = field(default="", repr=False)
    display: str = field(default="", repr=False)


class Accounts(Protocol):
    """
    Says whom the host has signed in; made without arguments for each question.

    All three are called in the thread of the request, outside of any transaction, the first for
    every page that a customer sees: be as quick as a middleware is. What raises, answers what is
    no answer, or answers after ``COUNTERFOIL_ADAPTER_SECONDS``, gives nobody any right.
    """

    def visitor(self, request: HttpRequest) -> HostVisitor | None:
        """Say who a request is from; ``None`` if they are not signed in."""
        ...

    def sign_in_url(self, request: HttpRequest, back_to: str) -> str:
        """Say where one signs in; ``back_to`` is a path of this site, for afterwards."""
        ...

    def sign_out(self, request: HttpRequest) -> str:
        """End what the host keeps of this sign-in, and say where to go; empty for our page."""
        ...


def host_visitor(request: HttpRequest, *, at: datetime) -> HostVisitor | None:
    """
    Ask the host who a request is from.

    :raises AdapterFailed: if it gives no answer.
    """
    return ask_here("ACCOUNTS", lambda accounts: accounts.visitor(request), _visitor, at=at)


def host_sign_in(request: HttpRequest, back_to: str, *, at: datetime) -> str:
    """
    Ask the host where one signs in.

    :raises AdapterFailed: if it gives no answer, or the page that asks.
    """

    def read(answer: Any) -> str:
        where = _address(answer)
        if not where or urlsplit(where).path == request.path:
            raise AnswerUnfit
        return where

    return ask_here(
        "ACCOUNTS", lambda accounts: accounts.sign_in_url(request, back_to=back_to), read, at=at
    )


def host_sign_out(request: HttpRequest, *, at: datetime) -> str:
    """
    Have the host sign somebody out, and give where to go; empty if it does not say.

    :raises AdapterFailed: if it gives no answer.
    """
    return ask_here("ACCOUNTS", lambda accounts: accounts.sign_out(request), _address, at=at)


def _visitor(answer: Any) -> HostVisitor | None:
    if answer is None:
        return None
    told = fitting(answer, HostVisitor)
    for text in (told.external_reference, told.mail, told.display):
        if len(fitting_kept(fitting(text, str))) > LONGEST:
            raise AnswerUnfit
    if not told.external_reference.strip():
        raise AnswerUnfit
    if told.mail and normalise_mail(told.mail) is None:
        raise AnswerUnfit
    return told


def _address(answer: Any) -> str:
    """Give a path of this site, or an address of the host's that a browser may be sent to."""
    where = fitting_kept(fitting(answer, str))
    is_fit = url_has_allowed_host_and_scheme(where, {urlsplit(where).netloc})
    if where and (where.startswith("//") or not is_fit):
        raise AnswerUnfit
    return where
