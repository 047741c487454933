"""
Stops a server when nobody uses it.

Whoever uses a server holds a shared lock on ``users.lock``. This small process waits for the
exclusive lock and stops the server when it gets it: when the last user has left, even by a crash.
"""

import argparse
import fcntl
import shutil
from pathlib import Path

from .cluster import Cluster
from .server import open_lock


def guard(data_dir: Path, *, remove: bool) -> None:
    """Wait until nobody uses the server, stop it, and remove its data if told to."""
    # The locks are let go in reverse: whoever gets `users` next must find no guard.
    with open_lock(data_dir / "users.lock") as users, open_lock(data_dir / "guard.lock") as guards:
        try:
            fcntl.flock(guards, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # there is one already
        fcntl.flock(users, fcntl.LOCK_EX)
        Cluster(data_dir, {}).halt()
        if remove:
            shutil.rmtree(data_dir, ignore_errors=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Stop a PostgreSQL when nobody uses it.")
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--remove", action="store_true")
    given = parser.parse_args()
    guard(given.data_dir, remove=given.remove)
