"""The directory a demo lives in: its data, its secrets, its logs."""

import fcntl
import json
import os
import secrets
import shutil
from pathlib import Path
from typing import IO

from . import keys
from .embedded import EmbeddedPostgres

_MARKER = "this-is-a-counterfoil-demo"


class DemoImpossible(RuntimeError):
    """The demo cannot run like this; the message says why and what to do."""


def _made_up() -> dict[str, str]:
    return {
        "STRIPE_API_KEY": f"sk_test_{secrets.token_hex(16)}",
        "STRIPE_WEBHOOK_SECRET": f"whsec_{secrets.token_hex(24)}",
        "SHOPIFY_ACCESS_TOKEN": f"shpat_{secrets.token_hex(16)}",
        "SHOPIFY_APP_SECRET": f"shpss_{secrets.token_hex(16)}",
        "MAILBOX_API_KEY": f"cfk_{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}",
        "COUNTERFOIL_DEMO_PASSWORD": secrets.token_urlsafe(9),
    }


class Place:
    """A directory that belongs to one demo."""

    def __init__(self, directory: Path) -> None:
        """Describe a place; nothing is touched yet."""
        self.directory = directory.expanduser().absolute()
        self.logs = self.directory / "logs"
        self.mail = self.directory / "mail"
        self.simulator = self.directory / "stripe.json"
        self.shopify = self.directory / "shopify.json"
        self.database = EmbeddedPostgres(self.directory / "database")
        self._lock: IO[str] | None = None

    def occupy(self) -> None:
        """
        Make the directory, or take it up again, and keep other demos out while this one runs.

        :raises DemoImpossible: if it cannot be written, is somebody else's or in use.
        """
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            self._refuse_strangers()
            (self.directory / _MARKER).touch()
            self._lock = (self.directory / "lock").open("w")
            for folder in (self.logs, self.mail):
                folder.mkdir(exist_ok=True)
        except OSError as error:
            raise DemoImpossible(
                f"{self.directory} cannot be written ({error.strerror})."
                " Choose another directory with --dir."
            ) from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoImpossible(
                f"A demo is running in {self.directory} already."
                " Stop it with Ctrl-C, or choose another directory with --dir."
            ) from None

    def clear(self) -> None:
        """
        Remove everything the demo has made; call it while occupying the place.

        :raises EmbeddedUnavailable: if something else still uses its database.
        """
        self.database.remove()
        for folder in (self.logs, self.mail):
            shutil.rmtree(folder, ignore_errors=True)
        for file in (self.simulator, self.shopify, self.directory / "secrets.json"):
            file.unlink(missing_ok=True)
        for folder in (self.logs, self.mail):
            folder.mkdir()

    def secrets(self) -> dict[str, str]:
        """
        Give the demo's secrets, as environment variables; made once and kept.

        A demo that was begun by an earlier release gets those that it lacks.
        """
        file = self.directory / "secrets.json"
        kept: dict[str, str] = json.loads(file.read_text()) if file.exists() else keys.fresh()
        whole = _made_up() | kept
        if not file.exists() or whole != kept:
            draft = file.with_suffix(".new")  # renamed when whole
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as output:
                json.dump(whole, output, indent=2)
            draft.rename(file)
        return whole

    def _refuse_strangers(self) -> None:
        """Take only an empty directory, or one that a demo made: --reset will delete from it."""
        if not (self.directory / _MARKER).exists() and any(self.directory.iterdir()):
            raise DemoImpossible(
                f"{self.directory} holds files that no demo made; they are left alone."
                " Choose another directory with --dir."
            )
