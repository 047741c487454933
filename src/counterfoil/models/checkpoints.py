"""Checkpoints of the ledger that are signed with a key which is not in the database."""

import hmac
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from counterfoil.models.auditing import AuditEntry
from counterfoil.models.keys import keyring
from counterfoil.rules.keyring import Purpose

SIGNED = "sign_checkpoint"
LABEL = "checkpoint:"


def signed(*, nth: int, links: int, head: str) -> dict[str, object]:
    """Give a checkpoint with its signature: the newest link, its hash, and its place among them."""
    told = _told(nth, links, head)
    key, digest = keyring().lookup(LABEL, told)
    return {"nth": nth, "links": links, "head": head, "key": key, "signature": digest.hex()}


def newest() -> AuditEntry | None:
    """Give the checkpoint that was signed last, if any was."""
    return _signed().first()


def forged() -> list[str]:
    """
    Name the checkpoints whose signature is not ours.

    Of those before the newest, the ones of a key that was taken off the ring are passed over:
    nobody can tell any more, and the newest vouches for all that came before it.
    """
    rows = list(_signed().values_list("pk", "data"))
    wrong = [pk for pk, data in rows[1:] if not (_is_past(data) or _is_ours(data))]
    wrong += [pk for pk, data in rows[:1] if not _is_ours(data)]
    return [str(pk) for pk in wrong]


def is_current(data: Mapping[str, Any]) -> bool:
    """Tell whether it was signed with the key that is used for what is new."""
    return bool(data["key"] == keyring().current(Purpose.INDEX))


def _signed() -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(connection=None, act=SIGNED).order_by("-data__nth")


def _is_past(data: Mapping[str, Any]) -> bool:
    key = data.get("key")
    return isinstance(key, int) and 0 < key < min(keyring().keys[Purpose.INDEX])


def _is_ours(data: Mapping[str, Any]) -> bool:
    told = _told(data.get("nth"), data.get("links"), data.get("head"))
    ours = {key: digest.hex() for key, digest in keyring().lookups(LABEL, told)}
    key, signature = data.get("key"), str(data.get("signature"))
    expected = ours.get(key) if isinstance(key, int) else None
    return expected is not None and hmac.compare_digest(expected.encode(), signature.encode())


def _told(nth: object, links: object, head: object) -> str:
    return f"{nth}|{links}|{head}"
