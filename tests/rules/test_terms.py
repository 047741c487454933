"""Terms: data that is read back as it was written, and rules drawn from it."""

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.rules.codes import CodeForm
from counterfoil.rules.terms import RefundPolicy, SubjectField, Terms

WORDS = st.text(min_size=1, max_size=20)
SUBJECT_FIELDS = st.builds(
    SubjectField,
    name=WORDS,
    label=WORDS,
    required=st.booleans(),
    choices=st.lists(WORDS, max_size=3).map(tuple),
    max_length=st.integers(1, 500),
)
TERMS = st.builds(
    Terms,
    code_form=st.sampled_from(CodeForm),
    valid_days=st.none() | st.integers(0, 10_000),
    refund_policy=st.sampled_from(RefundPolicy),
    subject_kind=st.text(max_size=10),
    subject_fields=st.lists(SUBJECT_FIELDS, max_size=4).map(tuple),
    undo_hours=st.integers(0, 1_000),
)
DOG = Terms(
    subject_kind="dog",
    subject_fields=(
        SubjectField(name="name", label="Name", max_length=5),
        SubjectField(name="sex", label="Sex", required=False, choices=("female", "male")),
    ),
)


@given(TERMS)
def test_reads_back_what_was_stored_as_json(terms: Terms) -> None:
    assert Terms.from_data(json.loads(json.dumps(terms.as_data()))) == terms


@pytest.mark.parametrize("name", [field.name for field in fields(Terms)])
def test_what_an_older_version_did_not_know_has_its_default(name: str) -> None:
    data = Terms().as_data()
    del data[name]

    assert Terms.from_data(data) == Terms()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"valid_dais": 3}, "valid_dais"),
        ({"refund_policy": "shrug"}, "shrug"),
        ({"code_form": "tiny"}, "tiny"),
    ],
)
def test_refuses_terms_that_do_not_exist(data: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Terms.from_data(data)


def test_validity_counts_from_issue() -> None:
    issued_at = datetime(2026, 3, 28, 12, tzinfo=UTC)

    assert Terms().expires_at(issued_at) is None
    assert Terms(valid_days=365).expires_at(issued_at) == issued_at + timedelta(days=365)
    assert Terms(valid_days=0).expires_at(issued_at) == issued_at


def test_needs_a_subject_if_it_has_a_kind() -> None:
    assert DOG.needs_subject
    assert not Terms().needs_subject
