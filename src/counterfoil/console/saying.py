"""Sentences of the answers on a trace, and what of the trace they are about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.utils.translation import gettext as _

from counterfoil.queries import words
from counterfoil.queries.traced import Event, Trace, TracedUnit

GOOD, INFO, WARN, BAD = "good", "info", "warn", "bad"
MOST = 4  # sentences of one sort; the rest stands below on the page


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One sentence, with the moment it tells of, and where it leads."""

    text: str
    at: datetime | None = None
    tone: str = ""
    url: str = ""
    label: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """A trace, and the entitlements of it that are meant: the one that was found, or all."""

    told: Trace
    units: tuple[TracedUnit, ...]

    @classmethod
    def of(cls, told: Trace, found: str) -> Self:
        """Mean the entitlement with this handle, or all where it is none of them."""
        one = tuple(unit for unit in told.units if unit.handle == found.lower())
        return cls(told=told, units=one or told.units)

    @property
    def is_one(self) -> bool:
        """Tell whether a single entitlement is meant."""
        return len(self.units) == 1

    @property
    def handles(self) -> frozenset[str]:
        """Give the handles of those that are meant."""
        return frozenset(unit.handle for unit in self.units)

    def concerns(self, handle: str) -> bool:
        """Tell whether what has this handle, or none, is meant."""
        return not handle or handle in self.handles

    def events(self, *names: str) -> Iterator[Event]:
        """Give what happened under these names to those that are meant, the newest first."""
        for event in self.told.timeline:
            if event.name in names and (not event.units or self.handles & set(event.units)):
                yield event

    def called(self, unit: TracedUnit) -> str:
        """Begin a sentence about one of several."""
        if self.is_one:
            return ""
        return _("%(n)d of %(total)d: ") % {"n": unit.position, "total": self.told.unit_count}


def by_whom(event: Event) -> str:
    """Say who did it, and why if that was said."""
    why = words.worded(words.REASONS, event.reason) if event.reason else ""
    said = [one for one in (why, event.comment.strip()) if one]
    who = _("by %(who)s") % {"who": event.who}
    return f"{who}: {'; '.join(said)}" if said else who


def entry_url(event: Event) -> str:
    """Give the place on the page where an event is told in full."""
    return f"#{event.marks[0]}" if event.marks else ""


def bounded(said: list[Said], url: str, *, most: int = MOST) -> Iterator[Said]:
    """Give the first few, and say how many more there are."""
    yield from said[:most]
    if len(said) > most:
        yield Said(text=_("And %(n)d more.") % {"n": len(said) - most}, url=url, label=_("See all"))
