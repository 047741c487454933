"""One server for several processes: the first starts it, the last one stops it."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from .cluster import Cluster
from .programs import EmbeddedUnavailable, programs_dir

_PACKAGES = Path(__file__).parents[2]
_held: set[IO[str]] = set()  # so that a forgotten object does not let go of its server


class EmbeddedPostgres:
    """
    A PostgreSQL server whose data is kept in ``data_dir``.

    Several processes may start the same directory: the first one really starts the server, the
    others join it, and it stops when the last of them has called :meth:`stop` or has ended.
    Run as root, the server itself runs as the owner of its files, by default ``nobody``.

    :raises EmbeddedUnavailable: from :meth:`start`, if no server can run here.
    """

    def __init__(self, data_dir: Path | str, *, settings: Mapping[str, str] | None = None) -> None:
        """Prepare to serve ``data_dir``; ``settings`` are added when this process starts it."""
        self.data_dir = Path(data_dir).expanduser().absolute()
        self._cluster = Cluster(self.data_dir, settings or {})
        self._removed_when_unused = False
        self._use: IO[str] | None = None
        self.guard: subprocess.Popen[bytes] | None = None  # if this process started it

    @classmethod
    def temporary(cls) -> Self:
        """
        Give a server in a new temporary directory, which is deleted when nobody uses it.

        It does not wait for the disk: nothing in it is meant to survive a power cut.
        """
        place = Path(tempfile.mkdtemp(prefix="counterfoil-"))
        place.chmod(0o711)  # as root, the server's account has to pass it
        server = cls(place, settings={"fsync": "off", "full_page_writes": "off"})
        server._removed_when_unused = True
        return server

    @property
    def url(self) -> str:
        """The address of the database, in the form ``DATABASE_URL`` takes."""
        return self._cluster.url

    def start(self) -> str:
        """Start the server, or join it if it is running already, and return its URL."""
        programs_dir()
        self._prepare_directories()
        with _locked(self.data_dir / "start.lock"):
            if self._use is None:
                self._use = open_lock(self.data_dir / "users.lock")
                fcntl.flock(self._use, fcntl.LOCK_SH)  # waits for a guard that is stopping it
                _held.add(self._use)
            try:
                if not self._cluster.answers():
                    self._cluster.launch()
            except BaseException:
                self._leave()
                raise
            self._ensure_guard()
        return self.url

    def stop(self) -> None:
        """Leave the server, and wait until it has stopped if nobody else uses it."""
        if self._use is None:
            return
        try:
            fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # others use it, or the guard is stopping it just now
            fcntl.flock(self._use, fcntl.LOCK_UN)
            fcntl.flock(self._use, fcntl.LOCK_SH)
        else:
            self._cluster.halt()
        self._leave()

    def remove(self) -> None:
        """
        Delete the data for good.

        :raises EmbeddedUnavailable: if somebody uses it.
        """
        if not self.data_dir.exists():
            return
        with open_lock(self.data_dir / "users.lock") as users:
            fcntl.flock(users, fcntl.LOCK_SH)  # waits for a guard that is stopping it
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise EmbeddedUnavailable(
                    f"The database in {self.data_dir} is in use; stop what uses it first."
                ) from None
            shutil.rmtree(self.data_dir)

    def __enter__(self) -> Self:
        """Start the server for a ``with`` block."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Leave the server."""
        self.stop()

    def _leave(self) -> None:
        if self._use is not None:
            _held.discard(self._use)
            self._use.close()
            self._use = None

    def _prepare_directories(self) -> None:
        if set('"$`\\\n') & set(str(self.data_dir)):  # pg_ctl hands the path to a shell
            raise EmbeddedUnavailable(
                f"PostgreSQL cannot work in {self.data_dir}: choose a path without quotes, dollar"
                " signs, backticks and backslashes."
            )
        try:
            self.data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
            (self.data_dir / "start.lock").touch()
            self._cluster.check_version()
        except OSError as error:
            raise EmbeddedUnavailable(
                f"The database directory {self.data_dir} cannot be written ({error.strerror})."
                " Choose another one, or make it yours."
            ) from error

    def _ensure_guard(self) -> None:
        with open_lock(self.data_dir / "guard.lock") as guard:
            try:
                fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
        command = [sys.executable, "-P", "-m", "counterfoil_server.embedded.guard"]
        command.append(str(self.data_dir))
        if self._removed_when_unused:
            command.append("--remove")
        nothing = subprocess.DEVNULL
        path = os.pathsep.join([str(_PACKAGES), os.environ.get("PYTHONPATH", "")])
        self.guard = subprocess.Popen(  # noqa: S603 - our own module
            command,
            stdin=nothing,
            stdout=nothing,
            stderr=nothing,
            cwd="/",
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,
        )


def open_lock(path: Path) -> IO[str]:
    """Open a file to lock it; closing it, or dying, lets go."""
    return path.open("a")


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with open_lock(path) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
