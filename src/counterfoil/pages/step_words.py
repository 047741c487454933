"""What the steps between claiming and using are called, and where each is answered."""

from collections.abc import Mapping
from types import MappingProxyType

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from counterfoil.models import Assignment
from counterfoil.rules.onboarding import IMPLIED, Placed, Step, StepKind

_TITLES: Mapping[StepKind, str | Promise] = {
    StepKind.SIGN_IN: _("Sign in"),
    StepKind.MAIL_CHECK: _("Confirm your e-mail address"),
    StepKind.CONSENT: _("Read and agree"),
    StepKind.SUBJECT: _("Say who or what it is for"),
    StepKind.SHIPPING_ADDRESS: _("Say where to send it"),
    StepKind.QUESTIONNAIRE: _("Answer a few questions"),
}


def title_of(step: Step, texts: Mapping[str, str] = MappingProxyType({})) -> str:
    """Give the title the product has for it, that of the text to agree to, or our own."""
    named = step.called(get_language() or "") or texts.get(step.key)
    return named or str(_TITLES[step.kind])


def address_of(assignment: Assignment, placed: Placed) -> str:
    """Give the page on which a step is answered; empty for one that answers itself."""
    kind = placed.step.kind
    if kind is StepKind.SUBJECT:
        return reverse("counterfoil:subject", args=[assignment.pk])
    if kind in IMPLIED:
        return ""
    return reverse("counterfoil:step", args=[assignment.pk, placed.step.key])
