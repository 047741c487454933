"""The commands and what they take, as their own parsers say it."""

import argparse
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from importlib import import_module

from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

from counterfoil_server.cli import MANAGED, commands
from counterfoil_sim.__main__ import PROGRAMS

from .markdown import code, table

SIMULATORS = "counterfoil sim"
Option = argparse.Action
Found = Mapping[str, tuple[str, Sequence[Option]]]


def _base() -> set[str]:
    """Give what every command of Django takes."""
    parser = BaseCommand().create_parser("", "")
    return {name for action in parser._actions for name in action.option_strings}


def all_commands() -> Found:
    """Give everything that is typed, what it does, and what it takes."""
    found: dict[str, tuple[str, Sequence[Option]]] = {}
    for name, parser in commands().items():
        says, takes = parser.description or "", list(_own(parser))
        if name in MANAGED:
            command = load_command_class("counterfoil", MANAGED[name])
            says = command.help
            takes += _own(command.create_parser("counterfoil", name))
        found[f"counterfoil {name}"] = (says, takes)
    for name, module in PROGRAMS.items():
        parser = import_module(module).options()
        found[f"{SIMULATORS} {name}"] = (parser.description or "", list(_own(parser)))
    return found


def all_django_commands() -> Found:
    """Give the commands Counterfoil adds to Django's."""
    found: dict[str, tuple[str, Sequence[Option]]] = {}
    for name in sorted(name for name, app in get_commands().items() if app == "counterfoil"):
        command = load_command_class("counterfoil", name)
        takes = list(_own(command.create_parser("manage.py", name)))
        found[f"manage.py {name}"] = (command.help, takes)
    return found


def _own(parser: argparse.ArgumentParser) -> Iterator[Option]:
    base = _base()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            continue
        if not base.intersection(action.option_strings):
            yield action


def overview() -> str:
    """Write what there is, in a line each."""
    return _overview(all_commands())


def details() -> str:
    """Write what each command takes, for those that take anything."""
    return _sections(all_commands())


def django_commands() -> str:
    """Write the commands Counterfoil adds to Django's, and what each takes."""
    found = all_django_commands()
    return f"{_overview(found)}\n\n{_sections(found)}"


def _overview(found: Found) -> str:
    rows = ([code(name), _sentence(says)] for name, (says, _) in found.items())
    return table(["command", "what it does"], rows)


def _sections(found: Found) -> str:
    return "\n\n".join(_section(name, takes) for name, (_, takes) in found.items() if takes)


def _section(name: str, takes: Sequence[Option]) -> str:
    rows = [[_names(one), _default(one), _help(one)] for one in takes]
    usage = f"```text\n{_usage(name, takes)}\n```"
    return f"### {code(name)}\n\n{usage}\n\n{table(['takes', 'default', 'meaning'], rows)}"


def _usage(name: str, takes: Sequence[Option]) -> str:
    wide = partial(argparse.HelpFormatter, width=96)
    shown = argparse.ArgumentParser(prog=name, add_help=False, formatter_class=wide)
    shown._actions[:] = takes
    return shown.format_usage().removeprefix("usage: ").strip().replace("\n" + " " * 7, "\n")


def _names(option: Option) -> str:
    if option.option_strings:
        return ", ".join(map(code, option.option_strings))
    shown = option.metavar or option.dest
    return code(shown if isinstance(shown, str) else shown[0])


def _default(option: Option) -> str:
    plain = option.default
    if not option.option_strings or plain in {None, False, "", argparse.SUPPRESS}:
        return ""
    return code(str(plain))


def _help(option: Option) -> str:
    said = (option.help or "") % {**vars(option), "prog": "counterfoil"}
    chosen = "" if option.choices is None else f"one of {', '.join(map(str, option.choices))}"
    plain = re.sub(r"\s*\(?default: .*", "", said)  # that has a column of its own
    return "; ".join(part for part in (plain, chosen) if part)


def _sentence(said: str) -> str:
    return f"{said[:1].upper()}{said[1:].removesuffix('.')}."
