"""
The parts of a playbook.

Nothing here is done: a playbook reads how things stand and says what could be done. Doing it, once
and only while it is still as it was said, is in ``following``.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from counterfoil.models import Entitlement, ExceptionCase, Purchase
from counterfoil.rules.exceptions import CaseKind
from counterfoil.rules.people import Actor
from counterfoil.rules.permissions import Permission


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One thing that was found; ``about`` is a handle or the id of a purchase it leads to."""

    label: str
    text: str
    about: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Doing:
    """Who follows a suggestion, when, and what they have to say to it."""

    by: Actor
    at: datetime
    comment: str = ""

    def why(self, reason: str) -> dict[str, Any]:
        """Give the arguments every act of staff takes."""
        return {"by": self.by, "at": self.at, "reason": reason, "comment": self.comment}


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """
    Something that can be done at once, with its arguments filled in.

    ``will`` are sentences in the future, and name everything that decides: whoever presses the
    button has agreed to just these. ``do`` calls one operation and says what came of it. With an
    ``outcome`` it is done in one transaction with closing the case; without one it is tried, and
    the case closes when what it is about is gone.
    """

    name: str
    label: str
    will: tuple[str, ...]
    permission: Permission
    do: Callable[[Doing], str]
    outcome: str = ""
    warning: str = ""

    @property
    def mark(self) -> str:
        """Give what tells this suggestion from one that says anything else."""
        said = "\n".join((self.name, self.label, *self.will, self.warning, self.outcome))
        return hashlib.sha256(said.encode()).hexdigest()[:32]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lead:
    """A page on which it is mended, where a person has something to fill in or to look at."""

    label: str
    says: str
    page: str
    arguments: tuple[object, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    fragment: str = ""
    permission: Permission = Permission.USE_CONSOLE


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """
    A case a playbook found itself: what it is about, under a key of its own.

    ``last`` is when the newest of it happened: what was settled since is not asked about again.
    """

    key: str
    evidence: Mapping[str, Any]
    last: datetime
    purchase: Purchase | None = None
    entitlement: Entitlement | None = None


def no_brief(_evidence: Mapping[str, Any]) -> str:
    """Say nothing of it in the list."""
    return ""


Facts = Callable[[ExceptionCase], Iterable[Fact]]
Suggests = Callable[[ExceptionCase], Iterable[Suggestion | Lead]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Playbook:
    """
    What there is to know of one kind of case.

    ``arises`` says how it comes about, for whoever reads the reference; ``brief`` what was found
    in a few words, from the evidence alone. ``find`` gives the cases
    there are at a moment, those known already too; ``gone`` says what became of an open one that
    is there no more, or nothing. Both only read, and are asked every minute.
    """

    kind: CaseKind
    arises: str
    facts: Facts
    suggests: Suggests
    brief: Callable[[Mapping[str, Any]], str] = no_brief
    find: Callable[[datetime], Iterable[Found]] | None = None
    gone: Callable[[ExceptionCase, datetime], str] | None = None
