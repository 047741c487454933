"""One act as a page: what it says it will do, and what it asks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from counterfoil.console.fields import Field, asks
from counterfoil.queries.traced import TracedUnit
from counterfoil.rules.questions import Asked


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """
    What an act is about: the entitlement as it stands, whose purchase, its form and its subject.

    ``cut_off`` names what has happened since, where the terms let only staff act after it.
    """

    unit: TracedUnit
    buyer: str
    questions: tuple[Asked, ...] = ()
    subject: Mapping[str, str] = field(default_factory=dict)
    cut_off: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ActPage:
    """One act before it is done; ``effects`` are sentences in the future."""

    title: str
    effects: tuple[str, ...]
    fields: tuple[Field, ...] = ()
    warning: str = ""


def act_page(
    title: str, *effects: str, fields: tuple[Field, ...] = (), warning: str = ""
) -> ActPage:
    """Make a page of what is to be said; empty sentences are left out."""
    told = tuple(effect for effect in effects if effect)
    return ActPage(title=title, effects=told, fields=fields, warning=warning)


def subject_fields(about: About) -> Iterator[Field]:
    """Ask what the terms want to know of the subject, with the answers there are."""
    for one in about.questions:
        yield replace(asks(one, "subject_"), value=about.subject.get(one.name, ""))


def despite(about: About) -> str:
    """Say that the cut-off is past, where it is."""
    if not about.cut_off:
        return ""
    said = _("The host says: %(milestone)s. From then on only staff may; the ledger will say so.")
    return said % {"milestone": about.cut_off}
