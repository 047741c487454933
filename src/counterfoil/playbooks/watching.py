"""Looking for the cases playbooks find themselves, and closing those that are there no more."""

import logging
from datetime import datetime

from django.db import transaction

from counterfoil.models import ExceptionCase
from counterfoil.operations.park import park
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.playbooks.catalogue import all_playbooks
from counterfoil.playbooks.following import ABOUT
from counterfoil.playbooks.playbook import Found, Playbook
from counterfoil.rules.people import SYSTEM

PAUSE_SECONDS = 60.0
MOST_OPEN = 500  # of one kind that are looked at in a round, the oldest first

log = logging.getLogger(__name__)


def watch(*, at: datetime) -> int:
    """
    Let every playbook look once. Gives 0: rest.

    One that fails holds up no other, and is asked again in the next round.
    """
    for playbook in all_playbooks():
        try:
            _open_found(playbook, at)
            _close_gone(playbook, at)
        except Exception:
            log.exception("the playbook %s failed to look", playbook.kind.name)
    return 0


def _open_found(playbook: Playbook, at: datetime) -> None:
    if playbook.find is None:
        return
    with transaction.atomic():
        there = list(playbook.find(at))
    for found in there:
        if not _is_answered(playbook.kind.name, found):
            park(
                kind=playbook.kind.name,
                key=found.key,
                evidence=found.evidence,
                by=SYSTEM,
                at=at,
                purchase=found.purchase,
                entitlement=found.entitlement,
            )


def _is_answered(kind: str, found: Found) -> bool:
    """Tell whether a case about just this was settled, and nothing has happened since."""
    about = ExceptionCase.objects.filter(kind=kind, key=found.key[:200])
    return about.filter(resolved_at__gte=found.last).exists()


def _close_gone(playbook: Playbook, at: datetime) -> None:
    if playbook.gone is None:
        return
    rows = ExceptionCase.objects.filter(kind=playbook.kind.name, resolved_at=None)
    for case in rows.select_related(*ABOUT).order_by("opened_at")[:MOST_OPEN]:
        outcome = playbook.gone(case, at)
        if outcome:
            resolve_exception(kind=case.kind, key=case.key, outcome=outcome, by=SYSTEM, at=at)
