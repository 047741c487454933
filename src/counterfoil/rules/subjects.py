"""
Kinds of subjects, as they are declared: what is asked, what must be unique, where they live.

A declaration is data, so that a host writes it into its settings::

    {
        "dog": {
            "label": "Dog",
            "labels": {"de": "Hund"},
            "schema": {
                "type": "object",
                "properties": {"name": {"type": "string", "title": "Its name", "maxLength": 40}},
                "required": ["name"],
            },
            "unique": ["chip"],
        }
    }

Nothing here looks back: a subject that was recorded under an older declaration stays as it is.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from counterfoil.errors import Fault, SubjectInvalid
from counterfoil.rules import answers, questions
from counterfoil.rules.answers import Wrong
from counterfoil.rules.questions import Asked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from counterfoil.rules.terms import SubjectField, Terms


class Uniqueness(StrEnum):
    """What no two subjects of a kind, or no two uses of one, may share."""

    NONE = "none"
    ACCOUNT = "one_per_account"
    LIVE = "one_live"
    FIELDS = "fields"


class Home(StrEnum):
    """Where subjects of a kind live: in our records, or in the host's system."""

    HERE = "here"
    HOST = "host"


RELATIONS = ("self", "dependant", "other")


@dataclass(frozen=True, kw_only=True, slots=True)
class SubjectKind:
    """
    One declared kind.

    With a ``chooser`` the holder may point at a subject in the host's system; where they all live
    there (:attr:`Home.HOST`), nothing else is possible. ``relations`` are offered as an answer to
    "for whom is it?"; none means that it is not asked.
    """

    name: str
    label: str
    labels: Mapping[str, str] = field(default_factory=dict)
    schema: Mapping[str, Any] = field(default_factory=dict)
    unique: Uniqueness = Uniqueness.NONE
    unique_fields: tuple[str, ...] = ()
    chooser: str = ""
    lives: Home = Home.HERE
    relations: tuple[str, ...] = RELATIONS

    def called(self, language: str = "") -> str:
        """Give its label in this language, or in the one it was declared in."""
        base = language.partition("-")[0]
        return self.labels.get(language) or self.labels.get(base) or self.label

    def asked(self, language: str = "") -> tuple[Asked, ...]:
        """Give the questions of its form, in their order."""
        return questions.asked(self.schema, language)

    def from_form(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Read what a form sent, which is text, as what was declared."""
        return answers.from_form(self.schema, given)

    def judge(self, given: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Wrong, ...]]:
        """Give the answers, tidied, and all that is wrong with them."""
        return answers.judge(self.schema, given)

    def data(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """
        Give what is asked for, tidied; what nobody asks for is left out.

        :raises SubjectInvalid: if an answer is missing or wrong; it names all of them.
        """
        data, wrong = self.judge(given)
        refuse_wrong(wrong)
        return data

    def refuse_unknown(self, given: Mapping[str, Any]) -> None:
        """
        Refuse what nobody asks for, where whoever says it should know.

        :raises SubjectInvalid: naming each such field.
        """
        refuse_wrong(answers.unknown(self.schema, given))

    def unique_text(self, account_id: object, data: Mapping[str, Any]) -> str | None:
        """
        Give the text no two subjects of the kind may share, or ``None`` if they may.

        Letters count the same large and small, and spaces not at all. A subject that lacks one
        of the fields shares nothing with anybody.
        """
        match self.unique:
            case Uniqueness.ACCOUNT:
                return json.dumps(["account", str(account_id)])
            case Uniqueness.FIELDS:
                values = [data.get(name) for name in self.unique_fields]
                if any(value in (None, "") for value in values):
                    return None
                plain = ["".join(str(value).casefold().split()) for value in values]
                return json.dumps(["fields", *plain])
            case _:
                return None


def refuse_wrong(wrong: "Iterable[Wrong]") -> None:
    """
    Refuse answers that cannot be used, each by its field.

    :raises SubjectInvalid: if there is one.
    """
    found = tuple(wrong)
    if found:
        faults = tuple(Fault(one.field, str(one)) for one in found)
        raise SubjectInvalid(" ".join(map(str, found[:5])), faults=faults)


def kind_of_terms(terms: "Terms", declared: Mapping[str, SubjectKind]) -> SubjectKind:
    """
    Give the kind that terms ask for.

    Terms that bring questions of their own are asked as they stand; else the declaration counts.
    A kind that nobody declares any more asks nothing.
    """
    if terms.subject_fields:
        return SubjectKind(
            name=terms.subject_kind,
            label=terms.subject_kind.replace("_", " ").capitalize(),
            schema=schema_of_fields(terms.subject_fields),
        )
    name = terms.subject_kind
    label = name.replace("_", " ").capitalize()
    return declared.get(name) or SubjectKind(name=name, label=label)


def schema_of_fields(fields: "Iterable[SubjectField]") -> dict[str, Any]:
    """Write the questions that terms bring themselves as a schema."""
    told = tuple(fields)
    return {
        "type": "object",
        "properties": {
            one.name: {
                "type": "string",
                "title": one.label,
                "maxLength": one.max_length,
                **({"enum": list(one.choices)} if one.choices else {}),
            }
            for one in told
        },
        "required": [one.name for one in told if one.required],
    }
