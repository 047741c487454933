"""The schemas of events: sound, one for each type, and with an example that fits."""

import json

import pytest
from jsonschema import Draft202012Validator

from counterfoil.rules.event_schemas import data_of, example_of, schema_of
from counterfoil.rules.events import OF_ACTS, WORDS, EventType


def test_each_type_has_a_sound_schema_whose_example_fits() -> None:
    for kind in EventType:
        schema = json.loads(json.dumps(schema_of(kind)))
        Draft202012Validator.check_schema(schema)
        Draft202012Validator(schema).validate(json.loads(json.dumps(example_of(kind))))
        fields = schema["properties"]["data"]["properties"].values()
        assert all(one["description"] and one["examples"] for one in fields)


def test_each_type_has_words_and_no_other_has() -> None:
    assert set(WORDS) == set(EventType)
    assert set(OF_ACTS.values()) <= set(EventType)


@pytest.mark.parametrize("private", ["code", "mail", "name", "comment", "reason", "recipient"])
def test_nothing_private_has_a_place(private: str) -> None:
    assert not [kind for kind in EventType if private in data_of(kind)]
