"""The page of a demo on which everything can be broken that a person then mends in the console."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from counterfoil.errors import CounterfoilError
from counterfoil.models import Connection, ExceptionCase
from counterfoil.playbooks.catalogue import playbook_of
from counterfoil.testing.mishaps import MISHAPS, Mishap, World
from counterfoil.testing.mishaps.world import NotNow
from counterfoil.web.headers import shut_in


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def break_something(request: HttpRequest) -> HttpResponse:
    """Show what can be broken in this demo, or break it; there is nothing of it elsewhere."""
    if not settings.DEMO_PLACES:
        raise Http404
    told = {}
    if request.method == "POST":
        kind, mends = request.POST.get("kind", ""), "mend" in request.POST
        told = _mend(kind) if mends else _break(kind)
    rows = [_row(one) for one in MISHAPS]
    context = {
        "brand_name": settings.COUNTERFOIL_SITE_NAME,
        "is_test": True,
        "rows": rows,
        "queue_url": reverse("counterfoil:console-exceptions"),
        **told,
    }
    status = 503 if told.get("problem") else 200
    page = render(request, "counterfoil_server/break.html", context, status=status)
    return shut_in(page, referrer="same-origin")


def _mend(kind: str) -> dict[str, str]:
    """Have the cause seen to, as whoever runs the other side would."""
    found = _named(kind)
    if found.mend is None:
        raise Http404
    try:
        found.mend(_world())
    except NotNow as error:
        return {"problem": str(error)}
    return {
        "done": "The cause is gone.",
        "about": "the same",
        "title": _title(found),
        "case_url": _queue(kind),
        "is_open": "1",
    }


def _named(kind: str) -> Mishap:
    found = {one.kind: one for one in MISHAPS}.get(kind)
    if found is None:
        raise Http404
    return found


def _break(kind: str) -> dict[str, str]:
    found = _named(kind)
    try:
        about = found.make(_world())
    except (NotNow, CounterfoilError) as error:
        return {"problem": str(error)}
    return {
        "done": found.says,
        "about": about,
        "title": _title(found),
        "case_url": _queue(kind),
        "again": found.again,
        "is_open": "1" if _is_open(kind) else "",
    }


def _world() -> World:
    urls = {
        one.channel: str(one.options.get("api_base", "")).rstrip("/")
        for one in Connection.objects.filter(channel__in=("stripe", "shopify"))
    }
    return World(
        at=timezone.now(),
        shopify_url=urls.get("shopify", ""),
        stripe_url=urls.get("stripe", ""),
        site_url=settings.SITE_URL,
    )


def _row(one: Mishap) -> dict[str, object]:
    return {
        "kind": one.kind,
        "title": _title(one),
        "says": one.says,
        "url": _queue(one.kind),
        "can_mend": one.mend is not None,
        "is_open": _is_open(one.kind),
    }


def _title(one: Mishap) -> str:
    return str(playbook_of(one.kind).kind.title)


def _is_open(kind: str) -> bool:
    return ExceptionCase.objects.filter(kind=kind, resolved_at=None).exists()


def _queue(kind: str) -> str:
    return f"{reverse('counterfoil:console-exceptions')}?{urlencode({'kind': kind})}"
