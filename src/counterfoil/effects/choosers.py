"""
What the host implements: choosing a subject that lives in its own system.

The declaration of a subject kind names a class of the host's as its ``chooser``, which follows
:class:`SubjectChooser`; it is constructed without arguments.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar, cast, runtime_checkable

from django.utils.module_loading import import_string

from counterfoil.conf import conf
from counterfoil.errors import ChooserFailed, Rejected
from counterfoil.hosting.asking import (
    AnswerUnfit,
    answers_again,
    fitting,
    fitting_kept,
    has_failed,
    in_time,
)
from counterfoil.models import Account, Assignment
from counterfoil.rules.keepable import flaw_in
from counterfoil.rules.subjects import SubjectKind

MOST_CHOICES = 200
T = TypeVar("T")


class ChoiceRefused(Rejected):
    """This cannot be chosen."""

    code = "choice_refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class ChooserRequest:
    """
    Who chooses, and for what.

    ``account`` is the id the host gave us, or ours where it gave none; ``mail`` was proven by
    whoever chooses, and is empty where no address is known.
    """

    kind: str
    product: str
    account: str
    mail: str = field(repr=False)
    language: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HostSubject:
    """One subject of the host's: its reference there, what to call it, and what is kept of it."""

    reference: str
    label: str
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)


class SubjectChooser(Protocol):
    """
    Lists what an account has in the host's system.

    Called while a customer waits for a page, outside of any transaction, in a thread of its own.
    It may raise whatever it likes and take its time: after ``COUNTERFOIL_CHOOSER_SECONDS`` the page
    goes on without it, and says that what was claimed is safe.
    """

    def choices(self, request: ChooserRequest) -> Sequence[HostSubject]:
        """List what this account may choose from; nobody else's. None is an answer."""
        ...


@runtime_checkable
class DrawnChooser(SubjectChooser, Protocol):
    """A chooser with a form of its own: a search, a tree, a map."""

    def render(self, request: ChooserRequest, given: Mapping[str, str]) -> str:
        """
        Draw the fields, without a form around them, as safe HTML; plain text is escaped.

        The policy of our pages holds: no inline script or style, nothing from elsewhere. ``given``
        is what was chosen before, when something was wrong with it.
        """
        ...

    def choose(self, request: ChooserRequest, given: Mapping[str, str]) -> HostSubject:
        """
        Give what was chosen.

        :raises ChoiceRefused: in words the customer reads.
        """
        ...


def asked_by(
    assignment: Assignment, account: Account, *, mail: str, language: str
) -> ChooserRequest:
    """Say who chooses, and for what."""
    entitlement = assignment.entitlement
    return ChooserRequest(
        kind=entitlement.terms.terms.subject_kind,
        product=entitlement.product.sku,
        account=account.external_reference or str(account.pk),
        mail=mail,
        language=language,
    )


def chooser_of(kind: SubjectKind, *, at: datetime) -> SubjectChooser | None:
    """
    Make the chooser of a kind, if it has one.

    :raises ChooserFailed: if it cannot be made.
    """
    if not kind.chooser:
        return None
    return cast("SubjectChooser", _in_time(kind.name, lambda: import_string(kind.chooser)(), at))


def choices(
    chooser: SubjectChooser, request: ChooserRequest, *, at: datetime
) -> tuple[HostSubject, ...]:
    """
    Ask what may be chosen.

    :raises ChooserFailed: if it raises, takes too long, or answers what is no list of subjects.
    """

    def ask() -> tuple[HostSubject, ...]:
        listed = tuple(chooser.choices(request))[:MOST_CHOICES]
        return tuple(_subject(one) for one in listed)

    return _in_time(request.kind, ask, at)


def drawn(
    chooser: DrawnChooser, request: ChooserRequest, given: Mapping[str, str], *, at: datetime
) -> str:
    """
    Have a chooser draw its own fields.

    :raises ChooserFailed: if it raises, takes too long, or draws no text.
    """
    return _in_time(
        request.kind, lambda: fitting_kept(fitting(chooser.render(request, given), str)), at
    )


def chosen(
    chooser: SubjectChooser, request: ChooserRequest, given: Mapping[str, str], *, at: datetime
) -> HostSubject:
    """
    Give what was chosen, asking anew: what a form sends back proves nothing.

    :raises ChoiceRefused: if it cannot be chosen.
    :raises ChooserFailed: if the chooser raises anything else, takes too long, or answers nonsense.
    """
    if isinstance(chooser, DrawnChooser):
        return _in_time(request.kind, lambda: _subject(chooser.choose(request, given)), at)
    reference = given.get("reference", "")
    for one in choices(chooser, request, at=at):
        if one.reference == reference:
            return one
    raise ChoiceRefused


def _subject(answer: Any) -> HostSubject:
    told = fitting(answer, HostSubject)
    fitting_kept([fitting(told.reference, str), fitting(told.label, str)])
    data = fitting(told.data, Mapping)  # type: ignore[type-abstract]  # only asked what it is
    fitting_kept(data)
    return told


def _in_time(kind: str, ask: Callable[[], T], at: datetime) -> T:
    """Wait for the host, and not for ever; only the name of what it raises is kept."""
    name = f"SUBJECT_KINDS: {kind}"
    try:
        answer = in_time(name, ask, seconds=conf.CHOOSER_SECONDS)
    except ChoiceRefused as refusal:
        if flaw_in(str(refusal)) is None:
            raise
        has_failed(name, AnswerUnfit(), at=at)  # in words that no page can show
        raise ChooserFailed from None
    except Exception as error:  # noqa: BLE001 - whatever the host raises
        has_failed(name, error, at=at)
        raise ChooserFailed from None
    answers_again(name, at=at)
    return answer
