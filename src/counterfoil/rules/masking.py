"""
Masking what a channel sends: what staff need to see stays, whatever may name a person goes.

Only what is known to be harmless is shown: numbers, moments, short ids and words of a protocol, and
texts under names that speak of things. Everything else is masked, however it is called.
"""

import re
from typing import Any

from counterfoil.rules.redaction import redact

MASK = "•••"
DEEPEST = 40

PERSONAL = re.compile(
    r"mail|phone|address|name|customer|buyer|billing|shipping|recipient|contact|person|owner|user"
    r"|company|city|zip|postal|province|region|state$|country|latitude|longitude|street|line[12]$"
    r"|birth|gender|vat|tax_id|ip$|_ip|browser|agent|note|message|comment|memo|remark|properties"
    r"|custom|attributes|metadata|meta_data|details|token|secret|key$|password|signature|url|link"
    r"|href|card|last4|iban|account|fingerprint|cookie|session_hash|landing|referr",
    re.IGNORECASE,
)
OF_THINGS = re.compile(
    r"^(title|sku|variant_title|product_title|vendor|description|gateway|mode|kind|reason|source"
    r"|\w*status|type|object|topic|event|action|processing_method)$",
    re.IGNORECASE,
)
IDS = re.compile(r"(^|_)(id|ids|number|reference|currency|order|pointer|version)$", re.IGNORECASE)
ID = re.compile(r"[A-Za-z0-9_.:/#-]{1,200}")
NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}[0-9:.]*(Z|[+-]\d{2}:?\d{2})?)?")


def masked(value: Any, *, name: str = "", hidden: bool = False, depth: int = 0) -> Any:
    """Give the same structure with everything masked that may concern a person, or is a code."""
    if depth > DEEPEST:
        return MASK
    match value:
        case dict():
            return {
                redact(str(key)[:100]): masked(
                    item,
                    name=str(key),
                    hidden=hidden or _is_personal(str(key)),
                    depth=depth + 1,
                )
                for key, item in value.items()
            }
        case list():
            return [masked(item, name=name, hidden=hidden, depth=depth + 1) for item in value]
        case str():
            return redact(value) if _may_be_seen(name, value, hidden) else MASK
        case bool() | None:
            return value
        case int() | float() if hidden and not IDS.search(name):
            return MASK
        case _:
            return value


def _is_personal(name: str) -> bool:
    return bool(PERSONAL.search(name)) and not OF_THINGS.match(name)


def _may_be_seen(name: str, text: str, hidden: bool) -> bool:
    if not text:
        return True
    if hidden or "@" in text:
        return False
    if OF_THINGS.match(name) or MOMENT.fullmatch(text):
        return True
    if IDS.search(name):
        return ID.fullmatch(text) is not None
    return NUMBER.fullmatch(text) is not None
