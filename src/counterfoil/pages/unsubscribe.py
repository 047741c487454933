"""Stopping a kind of mail, and having it again: by the link that stands in each of them."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from counterfoil.effects.stopping import read_token
from counterfoil.models import Unsubscription
from counterfoil.operations.resubscribe import resubscribe
from counterfoil.operations.unsubscribe import unsubscribe
from counterfoil.pages.hosted import PageRequest, hosted, show
from counterfoil.rules.people import Actor, ActorKind

BY_LINK = Actor(kind=ActorKind.CUSTOMER, id="link")


@hosted()
@csrf_exempt  # RFC 8058: mail programs post without cookies; the link itself proves whose it is
def stop_mails(request: PageRequest, token: str) -> HttpResponse:
    """Stop mails of a kind when somebody presses the button, here or in their mail program."""
    person_id, kind = read_token(token)
    if request.method == "POST":
        unsubscribe(person_id=person_id, kind=kind, by=BY_LINK, at=timezone.now())
    stopped = Unsubscription.objects.filter(person=person_id, kind=kind.value).exists()
    return show(request, "stop_mails", {"kind": kind.value, "is_stopped": stopped, "token": token})


@hosted()
def resume_mails(request: PageRequest, token: str) -> HttpResponse:
    """Send these mails again."""
    person_id, kind = read_token(token)
    if request.method == "POST":
        resubscribe(person_id=person_id, kind=kind, by=BY_LINK, at=timezone.now())
    return redirect("counterfoil:unsubscribe", token)
