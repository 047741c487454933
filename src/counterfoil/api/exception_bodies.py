"""The bodies of requests and answers about what needs a person."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from ninja import Schema
from pydantic import Field

from counterfoil.api.lists import Next
from counterfoil.api.schemas import Moment, Strict
from counterfoil.playbooks.following import Open
from counterfoil.playbooks.playbook import Suggestion
from counterfoil.queries.exceptions import Case
from counterfoil.rules.exceptions import kind_named

LONGEST = 200
Comment = Annotated[str, Field(max_length=LONGEST, description="Kept with what came of it.")]


class Which(StrEnum):
    """Which exceptions are listed."""

    OPEN = "open"
    MINE = "mine"
    NOBODYS = "nobodys"
    OVERDUE = "overdue"
    SETTLED = "settled"


class Outcome(StrEnum):
    """What came of an exception that is settled without a suggestion."""

    DONE = "done"
    NOTHING = "nothing"
    KEPT = "kept"
    DUPLICATE = "duplicate"
    OTHER = "other"


class PostponeRequest(Strict):
    """Until when it waits, and what for."""

    until: Moment = Field(description="Within ninety days.")
    comment: str = Field(min_length=1, max_length=LONGEST, examples=["Ann sends the receipt"])


class SettleRequest(Strict):
    """What came of it; `other` needs a comment that says what."""

    outcome: Outcome
    comment: Comment = ""


class FollowRequest(Strict):
    """Which suggestion, as it was read."""

    suggestion: str = Field(max_length=64, examples=["resend"])
    mark: str = Field(
        max_length=64,
        description="Of the suggestion as you read it. If it would do anything else by now, nothing"
        " is done.",
    )
    comment: Comment = ""


class FactAnswer(Schema):
    """One thing that was found."""

    label: str
    text: str


class SuggestionAnswer(Schema):
    """Something that can be done at once, and what it will do, in sentences."""

    suggestion: str
    mark: str
    label: str
    will: list[str]
    warning: str
    settles: bool = Field(description="Whether the exception is settled with it; else it is tried.")
    scope: str | None = Field(
        description="What a key needs for it besides `exceptions:write`; nothing: only people may."
    )


class ExceptionListed(Schema):
    """One exception among others."""

    exception: UUID
    kind: str
    title: str
    opened_at: datetime
    due_at: datetime
    owner: str = Field(description="Who works on it, if anybody does.")
    reference: str = Field(description="What people call what it is about.")
    about: str = Field(description="The handle or purchase it is about, if it is about one.")
    connection: str
    is_test: bool
    settled_at: datetime | None
    settled_by: str
    outcome: str

    @classmethod
    def of(cls, case: Case) -> Self:
        """Tell of an exception."""
        return cls(
            exception=case.id,
            kind=case.kind,
            title=kind_named(case.kind).title,
            opened_at=case.opened_at,
            due_at=case.due_at,
            owner=case.owner,
            reference=case.reference,
            about=case.trace,
            connection=case.connection,
            is_test=case.is_test,
            settled_at=case.resolved_at,
            settled_by=case.resolved_by,
            outcome=case.outcome,
        )


class ExceptionsAnswer(Schema):
    """A page of exceptions: what is open as it is due, what is settled the newest first."""

    exceptions: list[ExceptionListed]
    next: Next


class ExceptionAnswer(ExceptionListed):
    """One exception: what was found, and what can be done about it as it stands now."""

    summary: str
    facts: list[FactAnswer]
    suggestions: list[SuggestionAnswer]


def told(case: Case, found: Open, scopes: dict[str, str | None]) -> ExceptionAnswer:
    """Tell all of an exception; ``scopes`` says by its name what each suggestion needs."""
    return ExceptionAnswer(
        **ExceptionListed.of(case).model_dump(),
        summary=kind_named(case.kind).summary,
        facts=[FactAnswer(label=one.label, text=one.text) for one in found.facts],
        suggestions=[_suggested(one, scopes[one.name]) for one in found.suggestions],
    )


def _suggested(one: Suggestion, scope: str | None) -> SuggestionAnswer:
    return SuggestionAnswer(
        suggestion=one.name,
        mark=one.mark,
        label=one.label,
        will=list(one.will),
        warning=one.warning,
        settles=bool(one.outcome),
        scope=scope,
    )


class FollowedAnswer(Schema):
    """What came of it, and how the exception stands now."""

    told: str
    exception: ExceptionAnswer
