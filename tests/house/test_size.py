"""It fits on the desk: limits of files, functions and lines."""

from collections.abc import Iterable, Iterator

from tests.house.source import Module, modules

FILE, OPERATION, FUNCTION, LINE = 250, 120, 50, 100


def too_large(candidates: Iterable[Module]) -> Iterator[str]:
    for module in candidates:
        is_act = module.room == "operations" and "/_" not in module.name
        limit = OPERATION if is_act else FILE
        if module.room == "migrations":
            continue  # written by Django, read by nobody
        if len(module.lines) > limit:
            yield f"{module.name} has {len(module.lines)} lines, and {limit} are allowed"
        for function in module.functions():
            length = (function.end_lineno or 0) - function.body[0].lineno + 1
            if length > FUNCTION:
                yield f"{module.name}: {function.name} has {length} lines, not {FUNCTION}"
        for number, line in enumerate(module.lines, 1):
            if len(line) > LINE:
                yield f"{module.name}:{number} has {len(line)} columns, not {LINE}"


def test_everything_fits_on_the_desk() -> None:
    assert list(too_large(modules())) == []


def test_what_does_not_fit_is_found() -> None:
    long_file = Module("counterfoil/rules/x.py", "x = 1\n" * (FILE + 1))
    long_operation = Module("counterfoil/operations/x.py", "x = 1\n" * (OPERATION + 1))
    long_function = Module("counterfoil/x.py", "def f():\n" + "    x = 1\n" * (FUNCTION + 1))
    long_line = Module("counterfoil/x.py", f"x = '{'x' * LINE}'\n")
    for planted in (long_file, long_operation, long_function, long_line):
        assert len(list(too_large([planted]))) == 1
