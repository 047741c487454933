"""
What each channel asks of whoever connects it: options, secrets, and what is to be done over there.

A host's own channel says the same by an attribute ``form`` of what builds it; one that says nothing
is asked for free options and secrets.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from counterfoil.errors import ConnectionInvalid, Fault

LONGEST, MOST_SECRETS, LONGEST_SECRET = 2_000, 5, 4_000
HIDDEN_WORDS = re.compile(r"secret|token|passw|private|api_?key|consumer_key", re.IGNORECASE)


class Kind(StrEnum):
    """How an option is answered."""

    TEXT = "text"
    CHOICE = "choice"
    LIST = "list"
    PAIRS = "pairs"
    YES_NO = "yes_no"
    FREE = "free"


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """
    One option; a ``name`` with a dot stands for one within another.

    ``sends_secrets`` marks an address to which the secrets go: where it changes, they end, so that
    nobody has them sent somewhere else without knowing them.
    """

    name: str
    label: str
    hint: str = ""
    kind: Kind = Kind.TEXT
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = False
    pattern: str = ""
    sends_secrets: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Secret:
    """
    One secret. Of a list every one is accepted, so that a new one can stand beside the old.

    ``made_here`` marks what we may make up ourselves, because nobody has to type it in elsewhere.
    """

    name: str
    label: str
    hint: str = ""
    is_list: bool = False
    newest_last: bool = False
    required: bool = True
    made_here: bool = False
    pattern: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelForm:
    """
    What a channel asks. ``steps`` say what to do over there, ``{address}`` being ours.

    Who only is told of orders over the API needs a key and ``is_told``.
    """

    title: str
    summary: str
    options: tuple[Option, ...] = ()
    secrets: tuple[Secret, ...] = ()
    steps: tuple[str, ...] = ()
    is_told: bool = False
    takes_partner: bool = False
    free_secrets: bool = False

    def secret(self, name: str) -> Secret | None:
        """Give the secret of this name, if one is asked for."""
        return next((one for one in self.secrets if one.name == name), None)


GENERIC = ChannelForm(
    title="A channel of your own",
    summary="What it needs, whoever wrote it has said; ask for a form, and it is asked for here.",
    options=(
        Option(
            name="",
            label="Options",
            kind=Kind.FREE,
            hint='As JSON, such as {"shop": "north"}. Never a secret: those are asked for apart.',
        ),
    ),
    free_secrets=True,
)


def read_options(
    form: ChannelForm, answers: Mapping[str, str], kept: Mapping[str, Any]
) -> dict[str, Any]:
    """
    Read the answers, over what is kept; what the form does not ask for stays as it is.

    :raises ConnectionInvalid: naming each answer that cannot be used.
    """
    found: dict[str, Any] = json.loads(json.dumps(dict(kept)))
    faults: list[Fault] = []
    for one in form.options:
        text = answers.get(one.name or "options", "").replace("\x00", "").strip()
        try:
            value = _read(one, text)
        except ValueError as wrong:
            faults.append(Fault(one.name or "options", str(wrong)))
            continue
        if one.kind is Kind.FREE:
            found = value or {}
        else:
            _put(found, one.name, value)
    if faults:
        raise ConnectionInvalid(faults=faults)
    return found


def written(one: Option, options: Mapping[str, Any]) -> str:
    """Write an option as it is answered."""
    value: Any = options
    for part in one.name.split(".") if one.name else ():
        value = value.get(part) if isinstance(value, Mapping) else None
    match one.kind:
        case Kind.FREE:
            return json.dumps(value, indent=2, ensure_ascii=False) if value else ""
        case Kind.YES_NO:
            return "on" if value else ""
        case Kind.LIST:
            return "\n".join(map(str, value)) if isinstance(value, list) else str(value or "")
        case Kind.PAIRS:
            pairs = value.items() if isinstance(value, Mapping) else ()
            return "\n".join(f"{name} = {meaning}" for name, meaning in pairs)
        case _:
            return str(value or "")


def refuse_secret(one: Secret | None, name: str, value: str) -> None:
    """
    Refuse a secret that cannot be one.

    :raises ConnectionInvalid: if it is empty, too long, or of another shape.
    """
    if not value or len(value) > LONGEST_SECRET or not value.isprintable():
        raise ConnectionInvalid(faults=[Fault(name, "Paste it as it is, in one line.")])
    if one is not None and one.pattern and not re.fullmatch(one.pattern, value, re.ASCII):
        raise ConnectionInvalid(faults=[Fault(name, f"That is none. {one.hint}".strip())])


def _read(one: Option, text: str) -> Any:
    if len(text) > LONGEST:
        raise ValueError(f"{LONGEST:,} characters at most.")
    if one.required and not text:
        raise ValueError("This is needed.")
    match one.kind:
        case Kind.YES_NO:
            return bool(text)
        case Kind.LIST:
            return [line.strip() for line in text.splitlines() if line.strip()]
        case Kind.PAIRS:
            return dict(_pairs(one, text))
        case Kind.FREE:
            return _free(text)
        case Kind.CHOICE:
            if text and text not in dict(one.choices):
                raise ValueError("Choose one.")
            return text
        case Kind.TEXT:
            if text and one.pattern and not re.fullmatch(one.pattern, text, re.ASCII):
                raise ValueError(f"It cannot be like that. {one.hint}".strip())
            return text


def _pairs(one: Option, text: str) -> Iterator[tuple[str, str]]:
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, _equals, meaning = (part.strip() for part in line.partition("="))
        if not name or meaning not in dict(one.choices):
            known = ", ".join(dict(one.choices))
            raise ValueError(f"One a line, as in {line.split()[0]} = …; known are {known}.")
        yield name, meaning


def _free(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        found = None
    match found:
        case dict() if any(HIDDEN_WORDS.search(str(name)) for name in found):
            raise ValueError("That sounds like a secret: options can be read. Set it apart.")
        case dict():
            return found
        case _:
            raise ValueError('Write it as JSON, such as {"shop": "north"}.')


def _put(options: dict[str, Any], name: str, value: Any) -> None:
    """Put a value where its name says; what is empty is left out."""
    *above, last = name.split(".")
    place = options
    for part in above:
        inner = place.get(part)
        place[part] = dict(inner) if isinstance(inner, Mapping) else {}
        place = place[part]
    if value in ("", [], {}, None, False):
        place.pop(last, None)
    else:
        place[last] = value
    for part in above[:1]:
        if not options[part]:
            del options[part]
