"""Every question we ask of Shopify is one that Shopify understands, and can afford."""

import re

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate
from graphql.language import FieldNode, IntValueNode, SelectionSetNode, VariableNode

from counterfoil.channels import shopify_documents
from counterfoil.channels.shopify import _ORDERS_A_PAGE
from counterfoil.intake.shopify import LARGEST_PAGE
from tests.shopify_double import COMPLETE, PART, schema

DOCUMENTS = {
    name: text
    for name, text in vars(shopify_documents).items()
    if name.isupper() and re.search(r"^(query|mutation) ", text, re.MULTILINE)
}
MOST_POINTS = 1000  # for one question, at Shopify
GIVEN = {"lines": 20, "size": _ORDERS_A_PAGE}  # what is asked for where the document leaves it open


def faults(text: str, known: GraphQLSchema) -> list[str]:
    return [error.message for error in validate(known, parse(text))]


def points(selection: SelectionSetNode | None, variables: dict[str, int]) -> int:
    """Count as Shopify documents it: one for each object, as often as it is asked for."""
    total = 0
    for field in selection.selections if selection else ():
        assert isinstance(field, FieldNode)
        if field.selection_set is None or field.name.value == "pageInfo":
            continue
        times = 1
        for argument in field.arguments or ():
            if argument.name.value == "first":
                value = argument.value
                if isinstance(value, VariableNode):
                    times = variables[value.name.value]
                else:
                    assert isinstance(value, IntValueNode)
                    times = int(value.value)
        inner = points(field.selection_set, variables)
        total += times * inner if field.name.value != "nodes" else inner + 1
        if not any(
            isinstance(one, FieldNode) and one.name.value == "nodes"
            for one in field.selection_set.selections
        ):
            total += times
    return total


@pytest.mark.skipif(not COMPLETE.exists(), reason="Shopify's complete schema is not here")
@pytest.mark.parametrize("name", DOCUMENTS)
def test_is_valid_against_the_complete_schema(name: str) -> None:
    assert faults(DOCUMENTS[name], schema()) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_is_valid_against_the_part_of_the_schema_we_keep(name: str) -> None:
    assert faults(DOCUMENTS[name], build_schema(PART.read_text())) == []


def test_a_question_about_what_is_not_there_is_found() -> None:
    wrong = DOCUMENTS["ORDER"].replace("displayFinancialStatus", "financialStatus")
    assert any("financialStatus" in one for one in faults(wrong, schema()))


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if "query " in DOCUMENTS[name]])
def test_costs_no_more_than_one_question_may(name: str) -> None:
    [operation] = parse(DOCUMENTS[name]).definitions
    cost = points(operation.selection_set, GIVEN)  # type: ignore[attr-defined]
    assert 0 < cost <= MOST_POINTS, cost


def test_the_largest_page_that_may_be_chosen_is_affordable() -> None:
    [operation] = parse(DOCUMENTS["MORE_LINES"]).definitions
    assert points(operation.selection_set, {"lines": LARGEST_PAGE}) <= MOST_POINTS  # type: ignore[attr-defined]
    [operation] = parse(DOCUMENTS["ORDER"]).definitions
    assert points(operation.selection_set, {"lines": LARGEST_PAGE}) <= MOST_POINTS  # type: ignore[attr-defined]


def test_no_question_asks_for_a_code_or_an_address() -> None:
    for text in DOCUMENTS.values():
        assert not re.search(r"\b(billingAddress|shippingAddress|phone|giftCard\b)", text)
