"""
The steps of coming in: password, second factor, a password of one's own, an authenticator.

Nobody is signed in before the last of them. What was passed so far is kept in the session.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme

from counterfoil.conf import conf
from counterfoil.models.users import called
from counterfoil.operations.begin_shift import begin_shift
from counterfoil.operations.note_presence import note_presence
from counterfoil.queries.staff import first_password_until, has_second_factor, session_of
from counterfoil.rules.people import Actor, ActorKind
from counterfoil.rules.permissions import Permission
from counterfoil.web.client import client_address, places_of

SHIFT = timedelta(hours=12)  # staff sign in anew every day
STEPS_WITHIN = timedelta(minutes=15)
PRESENCE = timedelta(minutes=5)  # how exactly presence is known
ENTERING, ENTERED = "counterfoil_entering", "counterfoil_staff"
ENTRIES = (Permission.USE_CONSOLE, Permission.ACTIVATE_AT_SALE)


class Step(StrEnum):
    """What somebody has to do next, by the name of its page."""

    SIGN_IN = "console-sign-in"
    SECOND_FACTOR = "console-second-factor"
    PASSWORD = "console-choose-password"  # noqa: S105 - the name of a page
    SET_UP = "console-set-up"
    NOTHING = ""


@dataclass(frozen=True, slots=True)
class Entering:
    """Somebody whose password was right, and whether the second factor was, too."""

    user: AbstractUser
    has_passed: bool
    wanted: str

    @property
    def actor(self) -> Actor:
        """Give whom acts are attributed to."""
        return operator(self.user)


def operator(user: AbstractUser) -> Actor:
    """Give a member of staff as an actor."""
    return Actor(kind=ActorKind.OPERATOR, id=str(user.pk), display=called(user)[:100])


def is_required() -> bool:
    """Tell whether staff need a second factor here; a word that means nothing lets nobody off."""
    said = conf.STAFF_SECOND_FACTOR or ("offered" if settings.DEBUG else "required")
    return said not in {"offered", "elsewhere"}


def may_enter(user: AbstractUser) -> bool:
    """Tell whether there is a page of the console for them."""
    return user.is_staff and any(user.has_perm(one.full_name) for one in ENTRIES)


def begin(request: HttpRequest, user: AbstractUser, wanted: str, *, at: datetime) -> None:
    """Remember whose password was right; the session is a new one."""
    request.session.cycle_key()
    request.session.pop(ENTERED, None)
    request.session[ENTERING] = {
        "user": str(user.pk),
        "backend": user.backend,  # put there by authenticate()
        "at": at.isoformat(),
        "passed": False,
        "next": wanted,
    }


def entering(request: HttpRequest, *, at: datetime) -> Entering | None:
    """Give who is on the way in, or signed in without all that is asked for here."""
    kept = request.session.get(ENTERING)
    if kept:
        began = parse_datetime(kept["at"])
        user = get_user_model()._default_manager.filter(pk=kept["user"], is_active=True).first()
        if began is None or at - began > STEPS_WITHIN or user is None:
            return None
        one = cast("AbstractUser", user)
        return Entering(one, kept["passed"], kept["next"]) if may_enter(one) else None
    signed_in = cast("AbstractUser", request.user)
    if signed_in.is_authenticated and may_enter(signed_in):
        return Entering(signed_in, has_passed(request), "")
    return None


def has_passed(request: HttpRequest) -> bool:
    """Tell whether a second factor was given in this session."""
    return bool(request.session.get(ENTERED, {}).get("factor"))


def pass_on(request: HttpRequest) -> None:
    """Remember that the second factor was right."""
    for name in (ENTERING, ENTERED):
        if name in request.session:
            request.session[name] |= {"passed": True, "factor": True}
            request.session.modified = True


def next_step(one: Entering) -> Step:
    """Tell what is still to be done."""
    if has_second_factor(one.user.pk):
        if not one.has_passed:
            return Step.SECOND_FACTOR
        return Step.PASSWORD if first_password_until(one.user.pk) else Step.NOTHING
    if first_password_until(one.user.pk):
        return Step.PASSWORD
    return Step.SET_UP if is_required() else Step.NOTHING


def come_in(request: HttpRequest, one: Entering, *, at: datetime) -> str:
    """Sign somebody in for a shift, and give where they go."""
    kept = request.session.pop(ENTERING, None)
    if kept:
        login(request, cast("Any", one.user), backend=kept["backend"])
        request.session.set_expiry(SHIFT)
    address, _network = places_of(client_address(request))
    session = begin_shift(
        user_id=one.user.pk,
        address=address,
        agent=request.headers.get("User-Agent", ""),
        by=one.actor,
        at=at,
    )
    request.session[ENTERED] = {
        "user": str(one.user.pk),
        "session": str(session.pk),
        "factor": one.has_passed,
    }
    return _where(request, one)


def _where(request: HttpRequest, one: Entering) -> str:
    home = reverse("counterfoil:console-home")
    if not one.user.has_perm(Permission.USE_CONSOLE.full_name):
        return reverse("counterfoil:console-till")  # the one page that is theirs
    is_ours = one.wanted.startswith(home) and url_has_allowed_host_and_scheme(
        one.wanted, allowed_hosts=None, require_https=request.is_secure()
    )
    return one.wanted if is_ours else home


def session_id(request: HttpRequest) -> UUID | None:
    """Give which session this is, if it began at our door."""
    kept = request.session.get(ENTERED)
    return UUID(kept["session"]) if kept else None


def standing(request: HttpRequest, user: AbstractUser) -> Step:
    """
    Tell whether a member of staff may go on in this session, or what is asked of them first.

    A session ends after twelve hours, after a while without a page, or when somebody ends it.
    """
    kept, at = request.session.get(ENTERED), timezone.now()
    if kept and kept["user"] == str(user.pk):
        found = session_of(UUID(kept["session"]))
        idle = timedelta(minutes=conf.STAFF_IDLE_MINUTES)
        if found is None or found.ended_at or at - found.started_at > SHIFT:
            return Step.SIGN_IN
        if at - found.seen_at > idle:
            return Step.SIGN_IN
        if at - found.seen_at > min(PRESENCE, idle / 2):
            note_presence(session_id=found.pk, by=operator(user), at=at)
        if kept["factor"]:
            return Step.NOTHING
    elif conf.STAFF_SECOND_FACTOR == "elsewhere":
        return Step.NOTHING
    return next_step(Entering(user, has_passed=False, wanted=""))
