"""What every page of the portal has in common: who may enter, the headers, the frame."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from counterfoil.errors import CounterfoilError, NotFound, PartnerRoleMissing, PartnerSuspended
from counterfoil.portal.answers import answer_to
from counterfoil.queries.partners import Membership, member_of
from counterfoil.rules.partners import PartnerRight, may
from counterfoil.rules.people import Actor
from counterfoil.web.headers import shut_in
from counterfoil.web.languages import frame, read_by
from counterfoil.web.visitor import Visitor, visitor_of

P = ParamSpec("P")
DAY = timedelta(hours=12)  # members sign in anew every day
METHODS = ("GET", "HEAD", "POST")


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for a page of the portal, and the member behind it."""

    request: HttpRequest
    visitor: Visitor
    member: Membership

    @property
    def partner_id(self) -> UUID:
        """Give the partner that is acted for."""
        return self.member.partner.id

    @property
    def actor(self) -> Actor:
        """Give whom acts are attributed to."""
        return self.member.actor

    def may(self, right: PartnerRight) -> bool:
        """Tell whether the role includes this, and the partner may do it now."""
        return self.member.may(right)

    def require(self, right: PartnerRight) -> None:
        """
        Refuse what the role does not include, or the partner may not do at the moment.

        :raises PartnerRoleMissing: if the role does not include it.
        :raises PartnerSuspended: if the partner may only look.
        """
        if not may(self.member.role, right):
            raise PartnerRoleMissing
        if not self.may(right):
            raise PartnerSuspended

    def to(self, name: str, *args: object) -> str:
        """Give the address of another page of this partner's."""
        return reverse(f"counterfoil:portal-{name}", args=[self.member.partner.slug, *args])


Page = Callable[Concatenate[Visit, P], HttpResponse]
View = Callable[..., HttpResponse]


def members_only(
    right: PartnerRight = PartnerRight.LOOK,
    *,
    methods: tuple[str, ...] = ("GET", "HEAD"),
    to_post: PartnerRight | None = None,
) -> Callable[[Page[P]], View]:
    """
    Make a function a page of the portal, for members of the partner its address names.

    Strangers are asked to sign in, once a day. To everybody else who is no member of it a partner
    does not exist, and neither does anything of another's. ``to_post`` is what it takes to send a
    form of a page that more people may look at. What is posted stays out of error reports, and
    nothing is kept by the browser.
    """

    def furnish(page: Page[P]) -> View:
        answer = sensitive_variables()(page)

        @login_not_required
        @csrf_protect
        @sensitive_post_parameters()
        @require_http_methods(methods)
        @wraps(page)
        def furnished(request: HttpRequest, partner: str, **kwargs: Any) -> HttpResponse:
            visitor = visitor_of(request)
            needed = to_post if to_post and request.method == "POST" else right
            with read_by(request, locale=visitor.locale, time_zone=visitor.time_zone):
                response = _answer(request, visitor, partner, answer, needed, kwargs)
                response.headers["Content-Language"] = get_language() or ""
            return with_headers(response)

        vars(furnished)["rights"] = {"get": right, "post": to_post or right}
        vars(furnished)["methods"] = methods
        return furnished

    return furnish


def is_fresh(visitor: Visitor) -> bool:
    """Tell whether somebody has proved their address within the day."""
    since = visitor.since
    return visitor.account is not None and since is not None and timezone.now() - since < DAY


def members_of(visitor: Visitor) -> Sequence[Membership]:
    """Give the partners whoever is signed in acts for."""
    if visitor.account is None or not is_fresh(visitor):
        return ()
    return member_of(visitor.account.pk)


def with_headers(response: HttpResponse) -> HttpResponse:
    """Put the headers on that keep codes where they are shown."""
    return shut_in(response, referrer="no-referrer")


def show(visit: Visit, name: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """Render a page within its frame."""
    around = frame(here=visit.request.get_full_path()) | {
        "account_email": visit.visitor.called,
        "partner": visit.member.partner,
        "role": visit.member.role,
        "several": len(members_of(visit.visitor)) > 1,
        "may_hand_out": visit.may(PartnerRight.HAND_OUT),
        "may_hand_on": visit.may(PartnerRight.HAND_ON),
        "may_print": visit.may(PartnerRight.PRINT_CARDS),
        "may_export": visit.may(PartnerRight.EXPORT),
        "is_admin": may(visit.member.role, PartnerRight.MANAGE_MEMBERS),
        "may_manage": visit.may(PartnerRight.MANAGE_MEMBERS),
        # of a form: sent twice, it has its effect once
        "key": visit.request.POST.get("key", "")[:64] or uuid4().hex,
    }
    template = f"counterfoil/portal/{name}.html"
    return render(visit.request, template, around | dict(context), status=status)


def refuse(visit: Visit, refusal: CounterfoilError) -> HttpResponse:
    """Tell a refusal on a page of its own."""
    told = answer_to(refusal)
    context = {"title": told.title, "text": told.text, "kind": told.kind}
    return show(visit, "message", context, status=told.status)


def _answer(
    request: HttpRequest,
    visitor: Visitor,
    slug: str,
    page: Page[Any],
    right: PartnerRight,
    kwargs: Mapping[str, Any],
) -> HttpResponse:
    if not is_fresh(visitor):
        here = request.get_full_path() if request.method in ("GET", "HEAD") else ""
        asked = f"?{urlencode({'next': here})}" if here else ""
        return redirect(reverse("counterfoil:portal") + asked)
    found = [one for one in members_of(visitor) if one.partner.slug == slug]
    if not found:
        return _nothing(request, visitor)
    visit = Visit(request, visitor, found[0])
    try:
        visit.require(right)
        return page(visit, **kwargs)
    except CounterfoilError as refusal:
        return refuse(visit, refusal)


def _nothing(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    told = answer_to(NotFound())
    context = frame(here=request.get_full_path()) | {
        "account_email": visitor.called,
        "title": told.title,
        "text": told.text,
        "kind": told.kind,
    }
    return render(request, "counterfoil/portal/message.html", context, status=told.status)


def asked_of(visit: Visit, name: str, limit: int = 200) -> str:
    """Give what was asked for or answered under this name, as much as the database understands."""
    values = visit.request.POST if visit.request.method == "POST" else visit.request.GET
    return values.get(name, "").replace("\x00", "").strip()[:limit]


def id_asked(visit: Visit, name: str) -> UUID | None:
    """Give an id that was asked for under this name, or ``None`` if it is none."""
    try:
        return UUID(asked_of(visit, name, 40))
    except ValueError:
        return None
