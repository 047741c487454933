"""No cell begins to calculate, however a spreadsheet parts them."""

import csv

import pytest

from counterfoil.rules.spreadsheets import csv_line

FORMULAS = ("=", "+", "-", "@", "\uff1d")  # the last is how Japanese spreadsheets write the first


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("before", ["", "for Ana;", "for Ana\t", "for Ana|", "for Ana\n", ";;"])
def test_no_cell_is_a_formula_whatever_parts_them(delimiter: str, before: str) -> None:
    line = csv_line(["ent_1", *(f"{before}{one}cmd|' /C calc'!A0" for one in FORMULAS), "end"])

    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        rows = csv.reader(line.splitlines(), delimiter=delimiter, quoting=quoting)
        cells = [cell.strip('"') for row in rows for cell in row]
        assert not [cell for cell in cells if cell.startswith(FORMULAS)]


def test_what_is_no_formula_stays_as_it_is() -> None:
    said = ["a = b", "ana@example.com; bob@example.com", "1-2", "x;y", -3]

    assert next(csv.reader([csv_line(said)])) == [str(one) for one in said]
