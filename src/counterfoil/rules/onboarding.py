"""What a holder is asked between claiming and using: steps, as data of the product."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
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
    """
    One question.

    ``kind`` is ``text``, ``long_text``, ``number``, ``date``, ``email``, ``choice``, ``yes_no``,
    or ``yes``: a box to be ticked. ``labels`` are the label in other languages.
    """

    name: str
    label: str
    kind: str = "text"
    required: bool = True
    choices: tuple[str, ...] = ()
    max_length: int = 120
    labels: Mapping[str, str] = field(default_factory=dict)

    def as_property(self) -> dict[str, Any]:
        """Write it as a property of a JSON schema."""
        part: dict[str, Any] = dict(_PROPERTIES.get(self.kind, _PROPERTIES["text"]))
        part["title"] = self.label
        if part["type"] == "string":
            part["maxLength"] = self.max_length
        if self.choices:
            part["enum"] = list(self.choices)
        if self.labels:
            part["x-translations"] = {one: {"title": text} for one, text in self.labels.items()}
        return part


_PROPERTIES: Mapping[str, Mapping[str, Any]] = {
    "text": {"type": "string"},
    "long_text": {"type": "string", "x-widget": "textarea"},
    "choice": {"type": "string"},
    "number": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "email": {"type": "string", "format": "email"},
    "yes_no": {"type": "boolean"},
    "yes": {"type": "boolean", "const": True},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """
    One step. ``key`` names it within its product; ``document`` is the text of a consent.

    Nothing is set up before every required step is done. ``titles`` are the title in other
    languages.
    """

    key: str
    kind: StepKind
    required: bool = True
    title: str = ""
    document: str = ""
    questions: tuple[Question, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)

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

    def called(self, language: str = "") -> str:
        """Give its title in this language, if it has one of its own."""
        base = language.partition("-")[0]
        return self.titles.get(language) or self.titles.get(base) or self.title

    def schema(self) -> dict[str, Any]:
        """Give what is asked as a JSON schema; a consent asks nothing but yes."""
        if self.kind is StepKind.SHIPPING_ADDRESS:
            return ADDRESS
        return {
            "type": "object",
            "properties": {one.name: one.as_property() for one in self.questions},
            "required": [one.name for one in self.questions if one.required],
        }


IMPLIED = frozenset({StepKind.SIGN_IN, StepKind.MAIL_CHECK, StepKind.SUBJECT})
"""Steps that leave a trace of their own: whoever has a claim signed in with a proven address."""

SUBJECT_KEY = "subject"

ADDRESS: dict[str, Any] = {
    "type": "object",
    "properties": {
        name: {"type": "string", "title": label, "maxLength": most, "x-autocomplete": fill}
        for name, label, most, fill in (
            ("name", "Name", 100, "name"),
            ("line1", "Street and number", 120, "address-line1"),
            ("line2", "Flat, floor, c/o", 120, "address-line2"),
            ("postcode", "Postcode", 20, "postal-code"),
            ("city", "Town or city", 80, "address-level2"),
            ("region", "State or region", 80, "address-level1"),
            ("country", "Country", 60, "country-name"),
            ("phone", "Telephone, for the carrier", 30, "tel"),
        )
    },
    "required": ["name", "line1", "city", "country"],
}
"""Where something is sent: loose on purpose, since addresses of the world share little."""


def asks_more(steps: Iterable[Step]) -> bool:
    """Tell whether there is a required step besides signing in and naming the subject."""
    return any(step.required and step.kind not in IMPLIED for step in steps)


class StepStanding(StrEnum):
    """Where a step stands for its holder."""

    DONE = "done"
    DECLINED = "declined"
    OPEN = "open"
    WAITING = "waiting"


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A step and where it stands."""

    step: Step
    standing: StepStanding

    @property
    def is_left(self) -> bool:
        """Tell whether something cannot be used before this is done."""
        proves = self.step.kind in (StepKind.SIGN_IN, StepKind.MAIL_CHECK)
        return self.step.required and self.standing is not StepStanding.DONE and not proves


def steps_of(steps: Iterable[Step], *, needs_subject: bool) -> tuple[Step, ...]:
    """Give the steps as they are gone, with that of the subject where it is due and only there."""
    told = list(steps)
    if not needs_subject:
        return tuple(step for step in told if step.kind is not StepKind.SUBJECT)
    named = [
        Step(
            key=step.key,
            kind=step.kind,
            title=step.title,
            titles=step.titles,
        )
        if step.kind is StepKind.SUBJECT
        else step
        for step in told
    ]
    if all(step.kind is not StepKind.SUBJECT for step in named):
        named.append(Step(key=SUBJECT_KEY, kind=StepKind.SUBJECT))
    return tuple(named)


def placed(
    steps: Iterable[Step],
    *,
    done: Collection[str],
    declined: Collection[str],
    subject_known: bool,
    address_proven: bool = True,
) -> tuple[Placed, ...]:
    """
    Tell where each step stands.

    Whatever comes after a required consent waits for it: nobody is asked for personal data before
    they agreed. Otherwise steps may be done in any order.
    """
    found, waits = [], False
    for step in steps:
        match step.kind:
            case StepKind.SIGN_IN | StepKind.MAIL_CHECK:
                is_done = address_proven
            case StepKind.SUBJECT:
                is_done = subject_known
            case _:
                is_done = step.key in done
        if is_done:
            standing = StepStanding.DONE
        elif waits:
            standing = StepStanding.WAITING
        else:
            standing = StepStanding.DECLINED if step.key in declined else StepStanding.OPEN
        found.append(Placed(step=step, standing=standing))
        waits = waits or (step.kind is StepKind.CONSENT and step.required and not is_done)
    return tuple(found)


def is_onboarded(steps: Iterable[Step], done: Collection[str]) -> bool:
    """Tell whether every required step besides signing in and naming the subject is done."""
    return all(step.key in done for step in steps if step.required and step.kind not in IMPLIED)


def next_of(steps: Iterable[Placed]) -> Placed | None:
    """Give the step to go on with: the first that is open, or was declined and can be taken up."""
    told = [one for one in steps if one.standing in (StepStanding.OPEN, StepStanding.DECLINED)]
    required = [one for one in told if one.step.required]
    return next(iter(required), None)
