"""What a migration may ask of a table that is in use; judged by the SQL it comes to."""

import re
from collections.abc import Iterator, Sequence

# Tables that grow with the business. A statement that holds them is felt by every customer.
_NAMES = """
account assignment attempt code delivery entitlement entry event gift hold line link message
onboardingstep person purchase reply seal subject
"""
BIG = frozenset(f"counterfoil_{name}" for name in _NAMES.split())
_TABLE = r'"?(?P<table>counterfoil_\w+)"?'
_CREATED = re.compile(rf"CREATE TABLE {_TABLE}", re.IGNORECASE)
_INDEX = re.compile(
    rf"CREATE (?:UNIQUE )?INDEX (?P<how>CONCURRENTLY )?.*? ON (?:ONLY )?{_TABLE}", re.IGNORECASE
)
_ALTER = re.compile(rf"ALTER TABLE (?:ONLY )?{_TABLE} (?P<what>.*)", re.IGNORECASE | re.DOTALL)
_UPDATE = re.compile(rf"(?:UPDATE|DELETE FROM) {_TABLE}", re.IGNORECASE)
_NO_SQL = re.compile(r"THIS OPERATION CANNOT BE WRITTEN AS SQL")

# What an ALTER TABLE says, and what is wrong with it on a big table.
_ALTERS: Sequence[tuple[re.Pattern[str], str]] = (
    (
        re.compile(r"ADD CONSTRAINT (?!.*(?:NOT VALID|USING INDEX)).*", re.IGNORECASE | re.DOTALL),
        "checks every row while nobody may write: add it NOT VALID, then VALIDATE it in another"
        " migration (a unique one: build its index CONCURRENTLY, then USING INDEX)",
    ),
    (
        re.compile(r"ALTER COLUMN \S+ TYPE\b", re.IGNORECASE),
        "writes the table anew while nobody may read: add a column, copy, and read the new one",
    ),
    (
        re.compile(r"ALTER COLUMN \S+ SET NOT NULL", re.IGNORECASE),
        "reads every row while nobody may: CHECK (… IS NOT NULL) NOT VALID, VALIDATE, then this",
    ),
    (
        re.compile(
            r"ADD COLUMN .*(?:DEFAULT (?:gen_random_uuid|clock_timestamp|random|nextval)"
            r"|GENERATED ALWAYS AS|\bSERIAL\b|\bUNIQUE\b)",
            re.IGNORECASE | re.DOTALL,
        ),
        "writes every row anew: add it empty, and fill it in steps",
    ),
    (
        re.compile(r"ADD COLUMN (?!.*\bDEFAULT\b).*\bNOT NULL\b", re.IGNORECASE | re.DOTALL),
        "fails as soon as there are rows: give it a default, or let it be empty",
    ),
    (
        re.compile(r"DROP COLUMN|RENAME", re.IGNORECASE),
        "breaks the processes of the version before, which still run: do it a version later",
    ),
)


def faults(statements: Sequence[str], *, atomic: bool = True) -> Iterator[str]:
    """Tell what in a migration would be felt while the site is open."""
    made = {found["table"] for one in statements for found in _CREATED.finditer(one)}
    big = BIG - made  # what the migration makes itself is empty
    held = written = False
    for one in statements:
        found = _INDEX.search(one)
        if found and found["table"] in big and not found["how"]:
            yield f"{found['table']}: an index that is not built CONCURRENTLY stops every write"
        altered = _ALTER.search(one)
        if altered and altered["table"] in big:
            held = held or "VALIDATE CONSTRAINT" not in altered["what"].upper()
            for pattern, why in _ALTERS:
                if pattern.search(altered["what"]):
                    yield f"{altered['table']}: it {why}"
        touched = _UPDATE.search(one)
        written = written or bool(_NO_SQL.search(one)) or bool(touched and touched["table"] in big)
    if held and written and atomic:
        yield "changes a big table and rows in one transaction: it is held until all are done"
