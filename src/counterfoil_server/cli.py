"""The `counterfoil` command."""

import argparse
import io
import os
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command, execute_from_command_line
from django.db import OperationalError

from . import backup, demo, keys, web
from .embedded import EmbeddedPostgres, EmbeddedUnavailable
from .tables import count_missing

_DESCRIPTION = """\
Counterfoil turns purchases into entitlements, carried by activation codes.

Settings are environment variables. Without DATABASE_URL, the commands share an embedded
PostgreSQL in the directory COUNTERFOIL_DATA (by default .counterfoil/data)."""
MANAGED = {
    "worker": "counterfoil_worker",
    "verify": "counterfoil_verify",
    "reconcile": "counterfoil_reconcile",
    "migrate": "counterfoil_migrate",
}
HELP = {"-h", "--help"}
JUDGING = {"verify", "reconcile"}  # their 1 says what they found; that they could not look is 2

AWAY = ("08", "57P")  # the connection broke, or the server goes or comes just now

EXPECTED = (
    EmbeddedUnavailable,
    ImproperlyConfigured,
    CommandError,
    demo.DemoImpossible,
    backup.BackupUnusable,
    web.CannotListen,
    OperationalError,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what goes wrong is said in one sentence, without a traceback."""
    given, rest = _parser().parse_known_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counterfoil_server.settings")
    try:
        return _run(given, rest)
    except EXPECTED as error:
        if isinstance(error, OperationalError) and not _is_away(error):
            raise  # it answers, and says what nobody foresaw
        print(f"counterfoil: {_said(error)}", file=sys.stderr)  # noqa: T201 - the command line
    except KeyboardInterrupt:
        return 130
    return 2 if given.command in JUDGING else 1


def _said(error: Exception) -> str:
    if isinstance(error, OperationalError):
        first, _, _ = str(error).partition("\n")
        return f"The database does not answer: {first}"
    return str(error)


def _is_away(error: OperationalError) -> bool:
    """Tell whether there is no connection, rather than a statement that failed on one."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(AWAY)


def _run(given: argparse.Namespace, rest: list[str]) -> int:
    match given.command:
        case "demo":
            _no_more(rest)
            return demo.run(demo.Demo.from_arguments(given))
        case "sim":
            os.execv(sys.executable, [sys.executable, "-m", "counterfoil_sim", *rest])  # noqa: S606
        case "keys" if given.what in {None, "fresh", "rotate"}:
            made = keys.rotated(given.purpose) if given.what == "rotate" else keys.fresh()
            for name, value in made.items():
                print(f"{name}='{value}'")  # noqa: T201 - what was asked for
        case "keys":
            _ensure_database(given)
            here = ["--here"] if getattr(given, "here", False) else []
            execute_from_command_line(["counterfoil", "counterfoil_keys", given.what, *here])
        case "up":
            _no_more(rest)
            _ensure_database(given)
            _set_up()
            call_command("check", stdout=io.StringIO())  # now, rather than in each request
            web.serve(
                host=given.host, port=given.port, workers=given.workers, threads=given.threads
            )
        case "backup":
            _no_more(rest)
            _check_backup(given)
        case "bench":
            if find_spec("bench") is None:
                raise CommandError("What is measured is in the source tree: run it there.")
            os.execv(sys.executable, [sys.executable, "-m", "bench", *rest])  # noqa: S606
        case "manage":
            _ensure_database(given)
            execute_from_command_line(["counterfoil manage", *rest])
        case command:
            _ensure_database(given)
            _set_up()
            if command != "migrate" and not HELP.intersection(rest):
                _check_tables()
            if command == "worker":
                _trace_worker()
            execute_from_command_line(["counterfoil", MANAGED[command], *rest])
    return 0


def _ensure_database(given: argparse.Namespace) -> None:
    """
    Use the demo's PostgreSQL, the named one, or the embedded; the last command stops it.

    Whatever lasts longer than a transaction goes past a pooler, to ``DATABASE_DIRECT_URL``.
    """
    if given.command != "up" and os.environ.get("DATABASE_DIRECT_URL"):
        os.environ["DATABASE_URL"] = os.environ["DATABASE_DIRECT_URL"]
        os.environ["DATABASE_POOLED"] = "0"
    if getattr(given, "demo", False):
        os.environ |= demo.environment_of(demo.DIRECTORY)
    elif not os.environ.get("DATABASE_URL"):
        server = EmbeddedPostgres(os.environ.get("COUNTERFOIL_DATA") or ".counterfoil/data")
        os.environ["DATABASE_URL"] = server.start()


def _check_backup(given: argparse.Namespace) -> None:
    with backup.restored(given.file, server=given.server) as url:
        os.environ |= {"DATABASE_URL": url, "DATABASE_POOLED": "0"}
        execute_from_command_line(["counterfoil", "counterfoil_check_backup"])


def _set_up() -> None:
    try:
        django.setup()
        settings.SECRET_KEY  # noqa: B018 - Django refuses to tell an empty one
    except ImproperlyConfigured as fault:
        if "SECRET_KEY" not in str(fault):
            raise
        raise ImproperlyConfigured(
            "Set SECRET_KEY; `counterfoil keys` prints fresh secrets."
        ) from fault


def _check_tables() -> None:
    if missing := count_missing():
        raise CommandError(
            f"The tables are not there as this version needs them ({missing} migrations):"
            " run `counterfoil migrate`."
        )


def _trace_worker() -> None:
    if settings.TELEMETRY:
        import_module("counterfoil_server.telemetry").watch_workers()  # it needs an extra


def _no_more(rest: list[str]) -> None:
    if rest:
        _parser().error(f"unrecognized arguments: {' '.join(rest)}")


def commands() -> dict[str, argparse.ArgumentParser]:
    """Give every command there is, by what is typed, with what it does and takes."""
    found: dict[str, argparse.ArgumentParser] = {}
    for name, parser in _below(_parser()):
        inner = {f"{name} {each}": it for each, it in _below(parser)}
        found |= inner or {name: parser}
    return found


def _below(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for told in action._choices_actions:  # what a list of commands says about each
                inner = action.choices[told.dest]
                inner.description = inner.description or told.help
                yield told.dest, inner


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="counterfoil",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    demo.add_arguments(commands.add_parser("demo", help="run everything here, with a small shop"))
    up = commands.add_parser("up", help="serve the pages, the API and the console")
    up.add_argument(
        "--host", default="127.0.0.1", help="to listen on: only this machine, unless said"
    )
    up.add_argument("--port", type=int, default=8000, help="to listen on (default: 8000)")
    up.add_argument("--workers", type=_some, default=2, help="processes (default: 2)")
    up.add_argument("--threads", type=_some, default=2, help="threads in each (default: 2)")
    for name, purpose in {
        "worker": "do the background work: mails, provisioning, schedules",
        "verify": "check every promise against the database",
        "reconcile": "compare all orders of a channel with our records",
        "migrate": "create or update the tables",
        "manage": "run any Django command, such as `manage createsuperuser`",
        "sim": "run the simulators of the channels",
        "bench": "measure, in a source tree",
    }.items():
        command = commands.add_parser(name, help=purpose, add_help=False)
        if name in {"verify", "reconcile", "manage"}:
            command.add_argument("--demo", action="store_true", help="on the data of the demo here")
    checking = commands.add_parser("backup", help="prove that a backup can be restored")
    check = checking.add_subparsers(dest="what", required=True, metavar="WHAT")
    file = check.add_parser("check", help="restore a dump elsewhere, and judge it there")
    file.add_argument("file", type=Path, help="of pg_dump, in whichever form")
    file.add_argument(
        "--server",
        default="",
        metavar="URL",
        help="restore on this PostgreSQL, in a database that is dropped (default: an embedded one)",
    )
    _add_keys(commands.add_parser("keys", help="make, rotate and look after the keys"))
    return parser


def _some(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _add_keys(parser: argparse.ArgumentParser) -> None:
    """Without a word after it, `keys` prints fresh ones, as it always did."""
    about = parser.add_subparsers(dest="what", metavar="WHAT")
    about.add_parser("fresh", help="print fresh secrets for a new installation (the default)")
    rotate = about.add_parser("rotate", help="print the ring with a next key for some purposes")
    rotate.add_argument("purpose", nargs="+", choices=keys.PURPOSES)
    status = about.add_parser("status", help="say how many rows need which key")
    renew = about.add_parser("renew", help="have what older keys keep made anew")
    renew.add_argument("--here", action="store_true", help="do it now, without a worker")
    for command in (status, renew):
        command.add_argument("--demo", action="store_true", help="on the data of the demo here")
