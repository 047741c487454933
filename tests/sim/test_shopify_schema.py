"""The schema that is kept here is Shopify's, whole."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from graphql import parse, validate

from counterfoil_sim.shopify import schema

DATA = Path(__file__).parents[3] / "shared" / "channel-data" / "shopify"
KEPT = Path(schema.__file__).parent


def read(path: Path) -> Any:
    return json.loads(gzip.decompress(path.read_bytes()))


def same(original: Any, kept: Any) -> bool:
    """Compare without what describes, which is all that may be missing."""
    match original, kept:
        case dict(), dict():
            return set(kept) <= set(original) and all(
                same(value, kept[name]) if name in kept else is_mere_description(name, value)
                for name, value in original.items()
            )
        case list(), list():
            return len(original) == len(kept) and all(map(same, original, kept))
        case _:
            return bool(original == kept)


def is_mere_description(name: str, value: object) -> bool:
    return name == "description" or (name == "deprecationReason" and value is None)


def test_is_the_published_schema_but_for_its_descriptions() -> None:
    original = DATA / "schema" / "admin_2026-10.json.gz"
    if not original.exists():
        pytest.skip("the published schema is not here")
    published = read(original)["data"]
    kept = read(KEPT / schema.FILE)

    assert same(published, kept)
    kept_text = gzip.decompress((KEPT / schema.FILE).read_bytes())
    assert gzip.decompress(schema.pack(original)) == kept_text  # Pythons differ in the frame
    del kept["__schema"]["types"][7]["kind"]
    assert not same(published, kept)  # the comparison would have seen it


def test_comes_with_its_licence() -> None:
    assert "ISC License" in (KEPT / "LICENSE").read_text()


@pytest.mark.parametrize("path", sorted(DATA.glob("graphql/*.graphql")), ids=lambda it: it.stem)
def test_knows_what_may_be_asked(path: Path) -> None:
    assert validate(schema.admin_schema(), parse(path.read_text())) == []


def test_knows_what_may_not() -> None:
    [error] = validate(schema.admin_schema(), parse("{ shop { colour } }"))
    assert "Cannot query field 'colour' on type 'Shop'" in error.message
