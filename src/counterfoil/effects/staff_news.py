"""
Mails to staff: somebody waits for an approval, what happened yesterday, which cases are overdue.

Looked for by the worker, and told once for each cause: a mail that was made is never made again,
however many workers look. What it says is composed when it leaves, as things stand then.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils import timezone

from counterfoil.effects.queueing import delivery_to, queue
from counterfoil.models import Approval, Contact, Delivery, DeliveryKind, ExceptionCase
from counterfoil.models.users import full_name, mail_of
from counterfoil.operations._people import person_for
from counterfoil.queries.colleagues import colleagues
from counterfoil.rules.permissions import Permission

MORNING = 7  # o'clock, where the site is
PAUSE_SECONDS = 30.0
APPROVAL, DIGEST, OVERDUE = "approval", "digest", "overdue"


def tell_staff(*, at: datetime) -> int:
    """Have staff told of what they should know by now; gives how many mails were made."""
    made = sum(_tell_of(request, at) for request in Approval.objects.waiting(at))
    local = at.astimezone(timezone.get_default_timezone())
    if local.hour < MORNING:
        return made
    day = f"{local:%Y-%m-%d}"
    made += _tell(f"{DIGEST}:{day}", lambda: colleagues(Permission.VERIFY), at)
    if ExceptionCase.objects.filter(resolved_at=None, due_at__lt=at).exists():
        made += _tell(f"{OVERDUE}:{day}", lambda: _with_overdue(at), at)
    return made


def _tell_of(request: Approval, at: datetime) -> int:
    def others() -> Iterable[AbstractUser]:
        approvers = colleagues(Permission.APPROVE)
        return (one for one in approvers if str(one.pk) != request.requested_by)

    return _tell(f"{APPROVAL}:{request.pk}", others, at)


def _with_overdue(at: datetime) -> Iterable[AbstractUser]:
    """Give whose cases are overdue, and who may settle those that nobody took."""
    overdue = ExceptionCase.objects.filter(resolved_at=None, due_at__lt=at)
    owners = set(overdue.values_list("owner_id", flat=True).distinct())
    takers = {one.pk for one in colleagues(Permission.RESOLVE_EXCEPTION)} if "" in owners else set()
    everybody = colleagues(Permission.USE_CONSOLE)
    return (one for one in everybody if str(one.pk) in owners or one.pk in takers)


@transaction.atomic
def _tell(cause: str, people: Callable[[], Iterable[AbstractUser]], at: datetime) -> int:
    if Delivery.objects.filter(cause=cause, kind=DeliveryKind.STAFF_NEWS).exists():
        return 0
    made = []
    for one in people():
        told = Contact(mail=mail_of(one), name=full_name(one), locale="en")
        person = person_for(told, at=at)
        made.append(delivery_to(person.pk, kind=DeliveryKind.STAFF_NEWS, cause=cause, at=at))
    queue({delivery.target_id: delivery for delivery in made}.values())
    return len(made)
