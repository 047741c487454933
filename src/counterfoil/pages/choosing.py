"""Choosing what lives in the host's system: its list, or its own form, within our page."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from counterfoil.effects import choosers
from counterfoil.effects.choosers import ChoiceRefused, ChooserRequest, DrawnChooser, HostSubject
from counterfoil.errors import ChooserFailed
from counterfoil.models import Account, Assignment
from counterfoil.pages.hosted import PageRequest
from counterfoil.rules.subjects import SubjectKind


@dataclass(frozen=True, kw_only=True, slots=True)
class HostChoice:
    """What the host offers: a list, fields of its own, or no answer just now."""

    offered: tuple[HostSubject, ...] = ()
    drawn: SafeString | None = None
    has_failed: bool = False


def host_choice(
    request: PageRequest,
    assignment: Assignment,
    account: Account,
    kind: SubjectKind,
    given: Mapping[str, str],
) -> HostChoice | None:
    """Ask the host what may be chosen; a host that does not answer keeps nobody from going on."""
    at = timezone.now()
    try:
        chooser = choosers.chooser_of(kind, at=at)
        if chooser is None:
            return None
        asked = _asked(request, assignment, account)
        if isinstance(chooser, DrawnChooser):
            html = choosers.drawn(chooser, asked, given, at=at)
            return HostChoice(drawn=conditional_escape(html))
        return HostChoice(offered=choosers.choices(chooser, asked, at=at))
    except ChooserFailed:
        return HostChoice(has_failed=True)


def host_subject(
    request: PageRequest,
    assignment: Assignment,
    account: Account,
    kind: SubjectKind,
    given: Mapping[str, str],
    reference: str,
) -> HostSubject:
    """
    Give what was chosen, as the host confirms it.

    :raises ChoiceRefused: if it cannot be chosen.
    :raises ChooserFailed: if the host does not answer.
    """
    at = timezone.now()
    chooser = choosers.chooser_of(kind, at=at)
    if chooser is None:
        raise ChoiceRefused
    asked = _asked(request, assignment, account)
    return choosers.chosen(chooser, asked, {**given, "reference": reference}, at=at)


def _asked(request: PageRequest, assignment: Assignment, account: Account) -> ChooserRequest:
    language = get_language() or ""
    return choosers.asked_by(assignment, account, mail=request.visitor.mail, language=language)
