"""A directory of PostgreSQL's data and the server on it, whoever uses it."""

import contextlib
import hashlib
import os
import pwd
import shlex
import shutil
import socket
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from .programs import EmbeddedUnavailable, run, version

_NAME = "counterfoil"  # of the database and of its owner
_OWN_LOCALES = 17  # the first version that brings some
_SOCKET_PATH_LIMIT = 103  # bytes; macOS has the lowest
_SETTINGS = {"listen_addresses": "", "unix_socket_permissions": "0700", "jit": "off"}


class Cluster:
    """The files below ``data_dir``, and the server that works on them."""

    def __init__(self, data_dir: Path, settings: Mapping[str, str]) -> None:
        """Describe a cluster; nothing is touched yet."""
        self.data_dir = data_dir
        self.files = data_dir / "cluster"
        self._settings = {**_SETTINGS, **settings}

    @property
    def url(self) -> str:
        """The address of the database, in the form ``DATABASE_URL`` takes."""
        return f"postgresql://{_NAME}@/{_NAME}?host={quote(str(self.socket_dir), safe='')}"

    @property
    def socket_dir(self) -> Path:
        """Where the socket lies: beside the data, or in /tmp where that path is too long."""
        if len(os.fsencode(self.files / ".s.PGSQL.5432")) <= _SOCKET_PATH_LIMIT:
            return self.files
        name = hashlib.sha256(os.fsencode(self.files)).hexdigest()[:16]
        return Path("/tmp", f"counterfoil-{name}")  # noqa: S108 - private, and its owner is checked

    def answers(self) -> bool:
        """Tell whether a server is listening."""
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.socket_dir / ".s.PGSQL.5432"))
            except OSError:
                return False
        return True

    def check_version(self) -> None:
        """
        Look whether our server can read the files that are there.

        :raises EmbeddedUnavailable: if another major version wrote them.
        """
        written = self.files / "PG_VERSION"
        if written.exists() and (found := written.read_text().strip()) != (ours := version()):
            raise EmbeddedUnavailable(
                f"{self.data_dir} holds data of PostgreSQL {found}, and this is {ours}."
                " Dump it with the old version and restore it into a new directory."
            )

    def launch(self) -> None:
        """Start the server, creating its files and its database where they are missing."""
        if not self.files.exists():
            self._initialise()
        if self.socket_dir != self.files:
            self._make_owned(self.socket_dir)
        self._forget_recycled_pid()
        settings = {"unix_socket_directories": f'"{self.socket_dir}"', **self._settings}
        options = " ".join(f"-c {shlex.quote(f'{name}={it}')}" for name, it in settings.items())
        log = self.files / "server.log"
        start = ("start", "-w", "-t", "60", "-D", str(self.files), "-l", str(log))
        try:
            self._run("pg_ctl", *start, "-o", options)
        except EmbeddedUnavailable as error:
            self._remove_socket_dir()
            raise EmbeddedUnavailable(f"{error}\n{self._last_words()}") from error
        self._create_database()

    def halt(self) -> None:
        """Stop the server; clients are disconnected."""
        if self.answers():
            self._run("pg_ctl", "stop", "-w", "-t", "60", "-m", "fast", "-D", str(self.files))
        self._remove_socket_dir()

    def _initialise(self) -> None:
        fresh = self.data_dir / "cluster.new"  # renamed when whole, so a crash leaves no half
        shutil.rmtree(fresh, ignore_errors=True)
        self._make_owned(fresh)
        options = ["--auth=trust", "--encoding=UTF8", f"--username={_NAME}", f"--pgdata={fresh}"]
        if int(version()) >= _OWN_LOCALES:  # the same order of texts on every machine
            options += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        else:
            options.append("--locale=C.UTF-8")
        if self._settings.get("fsync") == "off":
            options.append("--no-sync")
        self._run("initdb", *options)
        fresh.rename(self.files)

    def _create_database(self) -> None:
        here = ("-h", str(self.socket_dir), "-U", _NAME)
        ask = f"SELECT 1 FROM pg_database WHERE datname = '{_NAME}'"  # noqa: S608 - a constant
        if not self._run("psql", *here, "-d", "postgres", "-XAtc", ask).strip():
            self._run("createdb", *here, _NAME)

    def _remove_socket_dir(self) -> None:
        if self.socket_dir != self.files:
            shutil.rmtree(self.socket_dir, ignore_errors=True)

    def _forget_recycled_pid(self) -> None:
        """Remove a dead server's pid file if another program has its process id by now."""
        pid_file = self.files / "postmaster.pid"
        with contextlib.suppress(OSError, IndexError):
            pid = pid_file.read_text().split()[0]
            if Path("/proc", pid, "comm").read_text().strip() != "postgres":
                pid_file.unlink()

    def _make_owned(self, directory: Path) -> None:
        """Make a directory only the server's account can enter; refuse somebody else's."""
        directory.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0 and directory.lstat().st_uid == 0:
            os.chown(directory, *self._account())
        if directory.is_symlink() or directory.lstat().st_uid != self._account()[0]:
            raise EmbeddedUnavailable(f"{directory} belongs to somebody else. Remove it.")

    def _account(self) -> tuple[int, int]:
        """Tell as whom the server runs: PostgreSQL refuses root."""
        if os.geteuid() != 0:
            return os.geteuid(), os.getegid()
        if self.files.exists():
            status = self.files.stat()
            return status.st_uid, status.st_gid
        nobody = pwd.getpwnam("nobody")
        return nobody.pw_uid, nobody.pw_gid

    def _run(self, program: str, *arguments: str) -> str:
        return run(program, *arguments, account=self._account(), data_dir=self.data_dir)

    def _last_words(self) -> str:
        try:
            return "\n".join((self.files / "server.log").read_text().splitlines()[-10:])
        except OSError:
            return ""
