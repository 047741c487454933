"""The names of operations, from which clients make the names of their functions."""

import re

METHODS = {"get": "read", "put": "set", "patch": "change", "delete": "delete"}
PARTICLES = frozenset({"back", "down", "in", "off", "on", "out", "over", "up"})
IRREGULAR = {"batches": "batch"}


def operation_id(method: str, address: str) -> str:
    """
    Give the name of an operation, as ``readAllotment`` or ``redeemCode``.

    It follows from the method and the address, which are promised anyway: a better summary renames
    nothing in anybody's program.
    """
    steps = [one for one in address.split("/") if one]
    nouns = [one for one in steps if not one.startswith("{")]
    is_one = steps[-1].startswith("{")
    *above, last = nouns
    if method == "post" and not is_one and not _is_many(last):
        verb, *rest = last.split("-")
        if rest and rest[0] in PARTICLES:
            return _camel(verb, *rest, *map(_one, above))
        return _camel(verb, *map(_one, above), *rest)
    if method == "get" and not is_one and _is_many(last):
        return _camel("list", *map(_one, above), last)
    if method == "post" and is_one:
        return _camel("answer", *map(_one, nouns))
    return _camel(METHODS.get(method, "create"), *map(_one, nouns))


def _is_many(noun: str) -> bool:
    return _one(noun) != noun


def _one(noun: str) -> str:
    if noun in IRREGULAR:
        return IRREGULAR[noun]
    if noun.endswith("ies"):
        return f"{noun[:-3]}y"
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


def _camel(*parts: str) -> str:
    first, *others = [word for part in parts for word in re.split(r"[-_]", part)]
    return first + "".join(word.capitalize() for word in others)
