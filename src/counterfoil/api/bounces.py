"""Mails that came back, as whoever sends our mails tells us."""

from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from counterfoil.api.idempotency import once
from counterfoil.api.schemas import READ, Strict, Text
from counterfoil.api.security import ApiKeyBearer, CallerRequest
from counterfoil.effects.bounces import delivery_of, take_bounce
from counterfoil.rules.bounces import BounceKind
from counterfoil.rules.scopes import Scope

router = Router(tags=["Bounces"], auth=ApiKeyBearer(Scope.BOUNCES))


class BounceRequest(Strict):
    """A mail that came back, or that its reader complained about; repeat it as you like."""

    mail: Text = Field(
        min_length=1,
        description="The `Message-ID` of the mail, or the `delivery` of its metadata.",
        examples=["<0199e1c4-5a1e-7f00-8d7e-3c1b2a4d5e6f@shop.example>"],
    )
    kind: BounceKind = Field(
        description="`hard`: the address does not work. `soft`: not just now. `complaint`: its"
        " reader calls it spam."
    )
    description: str = Field(
        "",
        max_length=1_000,
        description="What the server said. A number or one word of it is kept, and nothing else.",
        examples=["550 5.1.1 user unknown"],
    )


class BounceAnswer(Schema):
    """That it was taken."""

    is_news: bool = Field(description="Whether somebody is told of it; not when told again.")


@router.post("", response={200: BounceAnswer, **READ}, summary="Tell that a mail came back")
@once
def bounce(request: CallerRequest, body: BounceRequest) -> Schema:
    """
    Tell that a mail came back: it is seen on the mail, and by those who can mend it.

    What the mail was about stays as it is. Whoever complains gets no more reminders.
    """
    is_news = take_bounce(
        delivery_of(body.mail),
        body.kind,
        body.description,
        by=request.auth.actor,
        at=timezone.now(),
    )
    return BounceAnswer(is_news=is_news)
