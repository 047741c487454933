"""Terms while they are written: the answers of a form, with rows that come and go."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

SIMPLE = (
    "valid_days",
    "refund_policy",
    "transfer_policy",
    "offer_days",
    "binding",
    "undo_hours",
    "cutoff",
    "code_form",
    "reminder_days",
    "warning_days",
    "subject_kind",
)
ASKED = ("name", "label", "kind", "required", "choices", "max_length")
STEP = ("key", "kind", "required", "title", "document")
MOST_ROWS = 60
ON = "on"

Row = dict[str, Any]


@dataclass(kw_only=True)
class Draft:
    """The form as it stands: plain answers, questions about the subject, and steps."""

    simple: dict[str, str] = field(default_factory=dict)
    fields: list[Row] = field(default_factory=list)
    steps: list[Row] = field(default_factory=list)

    def flat(self) -> dict[str, str]:
        """Give every answer by the name it has in the form."""
        found = dict(self.simple) | {"fields": str(len(self.fields))}
        found["steps"] = str(len(self.steps))
        for number, row in enumerate(self.fields):
            found |= _named(f"fields.{number}", row)
        for number, step in enumerate(self.steps):
            place = f"steps.{number}"
            found |= _named(place, step)
            found[f"{place}.questions"] = str(len(step["questions"]))
            for position, row in enumerate(step["questions"]):
                found |= _named(f"{place}.questions.{position}", row)
        return found

    def change(self, press: str) -> None:
        """Add or remove a row, as the button says: ``add fields``, ``drop steps.0``."""
        verb, _space, where = press.partition(" ")
        *above, last = where.split(".")
        if verb == "add":
            rows = self._rows(where)
            if rows is not None and len(rows) < MOST_ROWS:
                rows.append({"required": ON} | ({"questions": []} if where == "steps" else {}))
        elif verb in ("drop", "up") and last.isdigit():
            rows = self._rows(".".join(above))
            if rows is None or int(last) >= len(rows):
                return
            row = rows.pop(int(last))
            if verb == "up":
                rows.insert(max(int(last) - 1, 0), row)

    def _rows(self, where: str) -> list[Row] | None:
        match where.split("."):
            case ["fields"]:
                return self.fields
            case ["steps"]:
                return self.steps
            case ["steps", number, "questions"] if number.isdigit():
                found: list[list[Row]] = [one["questions"] for one in self.steps]
                return found[int(number)] if int(number) < len(found) else None
            case _:
                return None


def posted(answers: Mapping[str, str]) -> Draft:
    """Read the form as it was sent."""
    steps = []
    for number in range(_count(answers, "steps")):
        place = f"steps.{number}"
        questions = [
            _row(answers, f"{place}.questions.{position}", ASKED)
            for position in range(_count(answers, f"{place}.questions"))
        ]
        steps.append(_row(answers, place, STEP) | {"questions": questions})
    return Draft(
        simple={name: _text(answers, name) for name in SIMPLE},
        fields=[
            _row(answers, f"fields.{number}", ASKED) for number in range(_count(answers, "fields"))
        ],
        steps=steps,
    )


def _row(answers: Mapping[str, str], place: str, parts: Iterable[str]) -> Row:
    row: Row = {part: _text(answers, f"{place}.{part}") for part in parts}
    before = f"{place}.in."
    row["languages"] = {
        name.removeprefix(before): _text(answers, name)
        for name in answers
        if name.startswith(before) and len(name) <= len(before) + 16
    }
    return row


def _named(place: str, row: Row) -> dict[str, str]:
    spoken = {f"{place}.in.{code}": text for code, text in row.get("languages", {}).items()}
    plain = {
        f"{place}.{part}": str(text)
        for part, text in row.items()
        if part not in ("languages", "questions")
    }
    return plain | spoken


def _text(answers: Mapping[str, str], name: str) -> str:
    return str(answers.get(name, "")).replace("\x00", "").strip()


def _count(answers: Mapping[str, str], name: str) -> int:
    text = answers.get(name, "")
    return min(int(text), MOST_ROWS) if text.isascii() and text.isdigit() and len(text) < 4 else 0
