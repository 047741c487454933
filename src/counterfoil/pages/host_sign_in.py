"""Signing in and out at the host, where it does that for its customers."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode, urlsplit

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from counterfoil.conf import conf
from counterfoil.errors import AdapterFailed
from counterfoil.hosting.accounts import host_sign_in, host_sign_out
from counterfoil.intake.presenting import look_at
from counterfoil.pages import presented
from counterfoil.pages.hosted import PageRequest, show
from counterfoil.web.visitor import drop_theirs

P = ParamSpec("P")
Page = Callable[Concatenate[PageRequest, P], HttpResponse]
BACK = "back"


def not_where_the_host_signs_in(page: Page[P]) -> Page[P]:
    """Lead to the account instead, where what a page does is the host's to do."""

    @wraps(page)
    def led(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if conf.ACCOUNTS:
            return redirect("counterfoil:account")
        return page(request, *args, **kwargs)

    return led


def sign_in_at_host(request: PageRequest, back_to: str) -> HttpResponse:
    """
    Send a stranger to the host's sign-in, and onward whoever comes back from there.

    Whoever comes back a stranger is not sent there once more: a host that takes them for signed in
    would send them here again for ever.

    :raises AdapterFailed: if the host does not say who this is, or where one signs in.
    """
    visitor, at = request.visitor, timezone.now()
    if visitor.is_unknown:
        raise AdapterFailed
    if visitor.account is None:
        if BACK in request.GET:
            return show(request, "sign_in", {"next": back_to})
        here = urlencode({"next": _path(back_to), BACK: "1"})
        return redirect(host_sign_in(request, f"{reverse('counterfoil:sign-in')}?{here}", at=at))
    if (code := presented.kept(request, at=at)) is not None:
        look_at(code=code, account_id=visitor.account.pk, by=visitor.actor, at=at)
    return redirect(back_to)


def sign_out_at_host(request: PageRequest) -> HttpResponse:
    """
    Have the host sign somebody out, and forget what the session keeps of them.

    :raises AdapterFailed: if the host does not; then they are still signed in, and are told so.
    """
    drop_theirs(request)
    onward = host_sign_out(request, at=timezone.now())
    return redirect(onward or "counterfoil:signed-out")


def _path(address: str) -> str:
    """Give an address of this site as a path; ours are followed only here."""
    parts = urlsplit(address)
    return parts._replace(scheme="", netloc="").geturl()
