"""
The schema of Shopify's Admin API, every type, field, argument and value of it.

``admin_2026-10.json.gz`` is the introspection that Shopify publishes in its npm package
``@shopify/dev-mcp`` (ISC licence, see LICENSE beside it) without the descriptions, which are two
thirds of it and change nothing. ``python -m counterfoil_sim.shopify.schema ORIGINAL`` made it.
"""

import gzip
import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from graphql import GraphQLSchema, build_client_schema

VERSION = "2026-10"
FILE = f"admin_{VERSION}.json.gz"


@cache
def admin_schema() -> GraphQLSchema:
    """Give the schema; reading it takes half a second, once."""
    packed = files("counterfoil_sim.shopify.schema").joinpath(FILE).read_bytes()
    return build_client_schema(json.loads(gzip.decompress(packed)), assume_valid=True)


def without_descriptions(value: Any) -> Any:
    """Give an introspection without its descriptions, and without what is empty beside them."""
    match value:
        case dict():
            return {
                key: without_descriptions(inner)
                for key, inner in value.items()
                if key != "description" and not (key == "deprecationReason" and inner is None)
            }
        case list():
            return [without_descriptions(inner) for inner in value]
        case _:
            return value


def pack(original: Path) -> bytes:
    """Make the file that is kept here from the one in the package."""
    data = json.loads(gzip.decompress(original.read_bytes()))["data"]
    text = json.dumps(without_descriptions(data), separators=(",", ":"))
    return gzip.compress(text.encode(), 9, mtime=0)
