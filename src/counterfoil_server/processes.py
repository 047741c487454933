"""Child processes that live and die together with this one."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_PATIENCE = 12.0  # seconds a child has to finish what it is doing
_PR_SET_PDEATHSIG = 1


class ChildDied(RuntimeError):
    """A process ended that should have gone on."""


@dataclass
class Family:
    """Processes started from here, each with a log of its own below ``logs``."""

    logs: Path
    environment: Mapping[str, str]
    _children: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a process; it is told to stop even if this one is killed (on Linux)."""
        with self._log(name).open("wb") as log:
            self._children[name] = subprocess.Popen(  # noqa: S603 - our own programs
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self.environment),
                start_new_session=True,  # Ctrl-C reaches only this process, which stops the rest
                preexec_fn=_die_with(os.getpid()),
            )

    def check(self) -> None:
        """
        Look whether all are well.

        :raises ChildDied: with the name of the one that ended and the end of its log.
        """
        for name, child in self._children.items():
            if (code := child.poll()) is not None:
                lines = self._log(name).read_text(errors="replace").splitlines()[-20:]
                said = "\n".join(f"  | {line}" for line in lines)
                raise ChildDied(f"The {name} process ended with {code}. It said last:\n{said}")

    def watch(self, until: Callable[[], bool], *, seconds: float | None = None) -> bool:
        """
        Wait until something is true; say whether it became true in time.

        :raises ChildDied: as soon as a process ends.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        while not until():
            self.check()
            if deadline is not None and time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return True

    def stop(self) -> None:
        """Stop all, the last one first; whoever does not listen is killed."""
        for child in reversed(self._children.values()):
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + _PATIENCE
        for child in self._children.values():
            try:
                child.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            with contextlib.suppress(ProcessLookupError):  # what it started itself
                os.killpg(child.pid, signal.SIGKILL)
        self._children.clear()

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"


def _die_with(parent: int) -> Callable[[], None] | None:
    """Have the kernel end a child whose parent is gone; only Linux can."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it went before we asked
            os.kill(os.getpid(), signal.SIGTERM)

    return ask
