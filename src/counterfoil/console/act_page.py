"""One act as a page: what it says it will do, and what it asks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from counterfoil.console.fields import Field, asks
from counterfoil.queries.traced import Trace, TracedUnit
from counterfoil.rules.questions import Asked


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """
    What an act is about: the entitlement as it stands, whose purchase, its form and its subject.

    ``cut_off`` names what has happened since, where the terms let only staff act after it.
    ``revealed`` is how many codes whoever looks was shown lately, ``step`` the step they asked for.
    """

    unit: TracedUnit
    trace: Trace
    buyer: str
    revealed: int = 0
    step: str = ""
    questions: tuple[Asked, ...] = ()
    subject: Mapping[str, str] = field(default_factory=dict)
    cut_off: str = ""

    @property
    def reference(self) -> str:
        """Give what staff call that of which it is part."""
        purchase = self.trace.purchase
        return purchase.number if purchase else self.unit.handle


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A text that is read out to somebody before they agree to it."""

    title: str
    body: str
    language: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ActPage:
    """
    One act before it is done; ``effects`` are sentences in the future.

    ``hidden`` goes along with what is posted; ``others`` are pages of the same act beside this.
    """

    title: str
    effects: tuple[str, ...]
    fields: tuple[Field, ...] = ()
    warning: str = ""
    reading: Reading | None = None
    hidden: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    others_title: str = ""


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


def downstream(about: About) -> str:
    """Say what becomes of the downstream record, also of one that is just being made."""
    record = about.unit.provisioning
    if record is None:
        return ""
    if record.wanted == "active" and record.got != "active":
        return _(
            "It is being set up just now. Whatever comes of that, the downstream record is taken"
            " down afterwards."
        )
    return _("The downstream record is taken down; that can take a minute.")
