"""Text that is opened in a spreadsheet, where some of it would begin to calculate."""

import csv
import io
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")
_BEHIND_A_SEPARATOR = re.compile("([;|\t\r\n])(?=[=+@\uff1d\uff0b\uff0d\uff20-])")


def formula_safe(value: object) -> str:
    """
    Write a value so that no spreadsheet takes it for a formula: an apostrophe goes before it.

    Also within: where a semicolon or a tab parts cells, as in much of Europe, what stands behind
    one in the middle of ours begins a cell of its own, whatever is quoted.

    Source: OWASP, CSV Injection.
    """
    text = _BEHIND_A_SEPARATOR.sub(r"\1'", str(value))
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def csv_line(cells: Iterable[object]) -> str:
    """
    Write a line of a file, every cell of it safe; moments in UTC, and nothing for nothing.

    A number stays one, also below nothing: it cannot be a formula.
    """
    line = io.StringIO()
    csv.writer(line).writerow(
        [cell if _is_number(cell) else formula_safe(_written(cell)) for cell in cells]
    )
    return line.getvalue()


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | Decimal) and not isinstance(cell, bool)


def _written(cell: object) -> object:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return cell
