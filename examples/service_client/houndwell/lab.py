"""What becomes of events, whether a webhook brought them or the feed: the lab is kept in step."""

from collections.abc import Sequence
from typing import Any

from houndwell.service import Counterfoil, Refused
from houndwell.store import Store

IN_USE = {"assigned", "fulfilled"}
TYPES = (
    "entitlement.assigned",
    "entitlement.changed",
    "entitlement.fulfilled",
    "entitlement.replaced",
    "entitlement.revoked",
    "entitlement.transferred",
    "entitlement.unassigned",
)
BEGIN_ANEW = {"events_forgotten", "cursor_unknown"}


class Lab:
    """Knows which samples to wait for, because it is told."""

    def __init__(self, store: Store, service: Counterfoil) -> None:
        """Work with this store, and this Counterfoil."""
        self.store, self.service = store, service

    def take(self, event: dict[str, Any]) -> bool:
        """
        Bring the lab to what an event says; tells whether we had not heard of it.

        The same event comes more than once, by webhook and by the feed: its id is kept with what
        was made of it. And they come in any order: what is older than what we know of a kit is
        dropped by its version. They carry no names and no codes; for those we ask, before anything
        is locked.
        """
        told = event["data"]
        entitlement, version = told.get("entitlement"), told.get("version")
        if not entitlement or self.store.one("SELECT 1 FROM heard WHERE event = ?", event["id"]):
            return False
        dog = self.service.dog_of(entitlement) if told["state"] in IN_USE else None
        letters = self._new_codes(entitlement) if event["type"].endswith(".replaced") else ()
        with self.store.at_once():
            if not self.store.write("INSERT OR IGNORE INTO heard VALUES (?)", event["id"]):
                return False  # another told us while we asked
            if self._is_news(entitlement, version):
                self._wait_for(entitlement, dog)
            for mail, text in letters:
                self.store.write("INSERT INTO letters (mail, text) VALUES (?, ?)", mail, text)
        return True

    def catch_up(self) -> int:
        """
        Hear from the feed what no webhook told us, and tell how much that was.

        The cursor is kept after each page: whoever is cut off is given a page again, and knows
        its events by their ids.
        """
        news, more = 0, True
        while more:
            try:
                page = self.service.events(after=self._cursor(), types=TYPES)
            except Refused as refusal:
                if refusal.code not in BEGIN_ANEW or self._cursor() is None:
                    raise
                self._compare()
                continue
            news += sum([self.take(event) for event in page["events"]])
            self.store.write("INSERT OR REPLACE INTO places VALUES ('all', ?)", page["cursor"])
            more = page["more"]
        return news

    def _cursor(self) -> str | None:
        found = self.store.one("SELECT cursor FROM places")
        return found[0] if found else None

    def _compare(self) -> None:
        """
        We were away for longer than events are kept: ask how each kit stands, and begin anew.

        A webhook may tell of a kit while we ask for it. Then it knows better, and we write nothing.
        """
        for entitlement, version in self.store.rows("SELECT entitlement, version FROM kits"):
            dog = self.service.dog_of(entitlement)
            with self.store.at_once():
                if self.store.one(
                    "SELECT 1 FROM kits WHERE entitlement = ? AND version = ?", entitlement, version
                ):
                    self._wait_for(entitlement, dog)
        self.store.write("DELETE FROM places")

    def _is_news(self, entitlement: str, version: int) -> bool:
        """Note the version of a kit, if it is higher than the one we know."""
        self.store.write("INSERT OR IGNORE INTO kits (entitlement) VALUES (?)", entitlement)
        changed = self.store.write(
            "UPDATE kits SET version = ? WHERE entitlement = ? AND version < ?",
            version,
            entitlement,
            version,
        )
        return changed == 1

    def _wait_for(self, entitlement: str, dog: str | None) -> None:
        """Wait for the sample of this dog, or for none."""
        self.store.write("DELETE FROM samples WHERE entitlement = ?", entitlement)
        self.store.write(
            "INSERT INTO samples SELECT entitlement, holder, ?1 FROM kits"
            " WHERE entitlement = ?2 AND holder IS NOT NULL AND ?1 IS NOT NULL",
            dog,
            entitlement,
        )

    def _new_codes(self, entitlement: str) -> Sequence[tuple[str, str]]:
        """Word what we write to whoever bought a kit with us whose code was replaced."""
        sold = self.store.one(
            "SELECT orders.reference, mail FROM orders JOIN kits USING (reference)"
            " WHERE entitlement = ?",
            entitlement,
        )
        if sold is None:
            return ()
        reference, mail = sold
        return [
            (mail, f"The code you had works no more. The new one: {code}")
            for one, code in self.service.codes(reference)
            if one == entitlement
        ]
