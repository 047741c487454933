"""Declarations of subjects: what is asked, in which words, and every mistake named."""

from typing import Any

import pytest

from counterfoil.errors import SubjectInvalid
from counterfoil.rules import answers, questions
from counterfoil.rules.questions import Ask
from counterfoil.rules.subject_declarations import mistakes, read_kinds
from counterfoil.rules.subjects import SubjectKind, Uniqueness, kind_of_terms
from counterfoil.rules.terms import SubjectField, Terms
from counterfoil.testing.shop_kinds import KINDS as OURS
from tests.onboarding import DOG_KIND, KINDS

FIELDS = Terms(
    subject_kind="dog",
    subject_fields=(
        SubjectField(name="name", label="Name", max_length=5),
        SubjectField(name="sex", label="Sex", required=False, choices=("female", "male")),
    ),
)
DOG = read_kinds(OURS)["dog"]


def test_terms_with_questions_of_their_own_are_asked_as_they_stand() -> None:
    kind = kind_of_terms(FIELDS, read_kinds(KINDS))

    assert [(one.name, one.ask, one.required) for one in kind.asked()] == [
        ("name", Ask.TEXT, True),
        ("sex", Ask.CHOICE, False),
    ]
    assert kind.data({"name": "  Rex ", "sex": "male", "colour": "brown"}) == {
        "name": "Rex",
        "sex": "male",
    }


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "Name is missing"),
        ({"name": " \t"}, "Name is missing"),
        ({"name": "Rexxyz"}, "Name is longer than 5"),
        ({"name": "Rex", "sex": "Male"}, "Sex is not one of the choices"),
    ],
)
def test_says_which_answer_is_wrong(given: dict[str, str], says: str) -> None:
    with pytest.raises(SubjectInvalid, match=says):
        kind_of_terms(FIELDS, {}).data(given)


def test_a_kind_nobody_declares_any_more_asks_nothing() -> None:
    kind = kind_of_terms(Terms(subject_kind="dog"), {})
    assert (kind.asked(), kind.data({"name": "Rex"}), kind.label) == ((), {}, "Dog")


@pytest.mark.parametrize(
    ("language", "label", "name", "female"),
    [
        ("", "Dog", "Your dog's name", "Female"),
        ("de-at", "Hund", "Name Ihres Hundes", "Hündin"),
        ("ar", "كلب", "اسم كلبك", "أنثى"),
        ("ja", "Dog", "Your dog's name", "Female"),
    ],
)
def test_speaks_the_languages_it_was_declared_in(
    language: str, label: str, name: str, female: str
) -> None:
    asked = {one.name: one for one in DOG.asked(language)}

    assert DOG.called(language) == label
    assert asked["name"].label == name
    assert asked["sex"].choices[0] == ("female", female)
    assert questions.worded(DOG.schema, "sex", "female", language) == female


def test_what_is_no_longer_asked_is_still_told() -> None:
    assert questions.label_of(DOG.schema, "coat_colour") == "Coat colour"
    assert questions.worded(DOG.schema, "coat_colour", "red") == "red"


def test_reads_forms_as_what_was_declared() -> None:
    schema = DOG_KIND["schema"]
    form = {"name": " Rex ", "weight": "12,5", "neutered": "yes", "sex": "", "other": "x"}

    assert answers.from_form(schema, form) == {"name": "Rex", "weight": 12.5, "neutered": True}
    for text in ("nan", "inf", "1e999", "twelve"):
        given = answers.from_form(schema, {"name": "Rex", "weight": text})
        assert [one.field for one in answers.judge(schema, given)[1]] == ["weight"]


def test_unique_values_are_the_same_however_they_are_written() -> None:
    kind = SubjectKind(name="d", label="D", unique=Uniqueness.FIELDS, unique_fields=("a", "b"))

    assert kind.unique_text(1, {"a": "Xy 1", "b": 2}) == kind.unique_text(2, {"a": "xY1", "b": "2"})
    assert kind.unique_text(1, {"a": "x", "b": "y"}) != kind.unique_text(1, {"a": "xy", "b": ""})
    assert kind.unique_text(1, {"a": "x"}) is None


def test_good_declarations_have_no_mistake() -> None:
    assert list(mistakes(KINDS)) == []
    assert list(mistakes(OURS)) == []
    assert list(mistakes({})) == []


def spoiled(**parts: Any) -> dict[str, Any]:
    """Declare a dog with these parts instead."""
    return {"dog": DOG_KIND | parts}


def with_property(**parts: Any) -> dict[str, Any]:
    """Declare a dog with a name like this."""
    part = {"type": "string", "title": "Name"} | parts
    return spoiled(schema={"type": "object", "properties": {"name": part}}, unique="none")


@pytest.mark.parametrize(
    ("setting", "at", "says"),
    [
        ([], "", "no mapping"),
        ({"Dog!": DOG_KIND}, "['Dog!']", "no name"),
        ({"dog": "yes"}, "['dog']", "no mapping"),
        (spoiled(lable="Dog"), "['dog']", "nobody reads 'lable'"),
        (spoiled(label=""), "['dog']['label']", "missing"),
        (spoiled(labels=["Hund"]), "['dog']['labels']", "no {language"),
        (spoiled(unique="once"), "['dog']['unique']", "no rule"),
        (spoiled(unique=["tattoo"]), "['dog']['unique']", "no fields"),
        (spoiled(unique=[]), "['dog']['unique']", "no fields"),
        (spoiled(lives="moon"), "['dog']['lives']", "neither"),
        (spoiled(lives="host"), "['dog']['chooser']", "nothing can choose"),
        (spoiled(chooser=7), "['dog']['chooser']", "no dotted path"),
        (spoiled(relations=["aunt"]), "['dog']['relations']", "unknown"),
        (spoiled(schema=[], unique="none"), "['dog']['schema']", "no mapping"),
        (spoiled(schema={"type": "array"}, unique="none"), "['dog']['schema']['type']", "object"),
        (
            spoiled(schema={"type": "object", "required": ["x"]}, unique="none"),
            "['dog']['schema']['required']",
            "no property",
        ),
        (with_property(type="object"), "['dog']['schema']['properties']['name']['type']", "asks"),
        (with_property(title=""), "['dog']['schema']['properties']['name']['title']", "missing"),
        (with_property(format="uri"), "['dog']['schema']['properties']['name']['format']", "knows"),
        (with_property(maxLength=-1), "['dog']['schema']['properties']['name']['maxLength']", "no"),
    ],
)
def test_every_mistake_is_named_with_what_mends_it(setting: Any, at: str, says: str) -> None:
    found = list(mistakes(setting))

    assert [one.at for one in found] == [at]
    assert says in found[0].says
    assert found[0].fix
