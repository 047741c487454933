"""What a holder is asked between claiming and using: steps, as data of the product."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self


class StepKind(StrEnum):
    """What a step asks for; the value never changes once released."""

    SIGN_IN = "sign_in"
    MAIL_CHECK = "mail_check"
    CONSENT = "consent"
    SUBJECT = "subject"
    SHIPPING_ADDRESS = "shipping_address"
    QUESTIONNAIRE = "questionnaire"


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One question; ``kind`` is ``text``, ``long_text``, ``choice``, ``yes`` or ``date``."""

    name: str
    label: str
    kind: str = "text"
    required: bool = True
    choices: tuple[str, ...] = ()
    max_length: int = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """
    One step. ``key`` names it within its product; ``document`` is the text of a consent.

    Nothing is set up before every required step is done.
    """

    key: str
    kind: StepKind
    required: bool = True
    title: str = ""
    document: str = ""
    questions: tuple[Question, ...] = ()

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """
        Read a stored step.

        :raises ValueError: if its kind does not exist.
        :raises TypeError: if it has a part that does not exist.
        """
        values = dict(data) | {"kind": StepKind(data["kind"])}
        values["questions"] = tuple(
            Question(**{**one, "choices": tuple(one.get("choices", ()))})
            for one in data.get("questions", ())
        )
        return cls(**values)


IMPLIED = frozenset({StepKind.SIGN_IN, StepKind.MAIL_CHECK, StepKind.SUBJECT})
"""Steps that leave a trace of their own: whoever has a claim signed in with a proven address."""


def asks_more(steps: Iterable[Step]) -> bool:
    """Tell whether there is a required step besides signing in and naming the subject."""
    return any(step.required and step.kind not in IMPLIED for step in steps)
