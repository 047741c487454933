"""Giving codes to entitlements, and ending them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection

from counterfoil.models import Code, CodeState, Entitlement
from counterfoil.models.ids import uuid7
from counterfoil.models.keys import keyring
from counterfoil.rules.codes import CodeForm, draw_code
from counterfoil.rules.keyring import Purpose, code_associated_data
from counterfoil.rules.lifecycle import State

INSERT = """
INSERT INTO counterfoil_code (
    id, entitlement_id, key_id, lookup, seal_key_id, ciphertext, last_four, state, created_at)
SELECT n.id, n.entitlement_id, n.key_id, n.lookup, n.seal_key_id, n.ciphertext, n.last_four,
       'live', %(at)s
  FROM unnest(%(ids)s::uuid[], %(entitlements)s::uuid[], %(key_ids)s::smallint[],
              %(lookups)s::bytea[], %(seal_key_ids)s::smallint[], %(ciphertexts)s::bytea[],
              %(last_fours)s::text[])
       AS n(id, entitlement_id, key_id, lookup, seal_key_id, ciphertext, last_four)
    ON CONFLICT (key_id, lookup) DO NOTHING
RETURNING entitlement_id
"""

END_CODE = """
ended AS (
    UPDATE counterfoil_code c
       SET state = %(code_state)s, ciphertext = NULL, ended_at = clock_timestamp()
      FROM changed
     WHERE c.entitlement_id = changed.id AND c.state = 'live'
 RETURNING c.id
)"""
"""Part of a statement of the ledger: ends the live codes of what changed; needs ``code_state``."""


def give_codes(*, forms: Mapping[UUID, CodeForm], at: datetime) -> dict[UUID, str]:
    """
    Draw a live code for each entitlement and give the codes in the clear, for nobody to keep.

    A draw that collides with a code that exists is drawn again by the database's word, never by
    looking first.
    """
    given: dict[UUID, str] = {}
    missing = dict(forms)
    while missing:
        drawn = {entitlement: draw_code(form) for entitlement, form in missing.items()}
        for entitlement in _insert(drawn.items(), at):
            given[entitlement] = drawn[entitlement]
            del missing[entitlement]
    return given


def revive_code(entitlement: Entitlement, *, at: datetime) -> None:
    """Let the code that was live before a withdrawal work again, or draw one if there was none."""
    code = entitlement.codes.filter(state=CodeState.VOID).order_by("-ended_at").first()
    if code is None:
        give_codes(forms={entitlement.pk: entitlement.terms.terms.code_form}, at=at)
        return
    entitlement.codes.filter(pk=code.pk).update(state=CodeState.LIVE, ended_at=None)


def is_readable(entitlement: Entitlement) -> bool:
    """Tell whether its live code can be shown, and so be sent: one that was revived cannot."""
    return entitlement.codes.filter(state=CodeState.LIVE, ciphertext__isnull=False).exists()


def forget_minted(batch_id: UUID) -> int:
    """Make the codes of a batch that are not sold unreadable for good; they go on working."""
    return Code.objects.filter(
        entitlement__batch=batch_id,
        entitlement__state=State.MINTED,
        state=CodeState.LIVE,
        ciphertext__isnull=False,
    ).update(ciphertext=None)


def _insert(drawn: Iterable[tuple[UUID, str]], at: datetime) -> list[UUID]:
    ring = keyring()
    rows = []
    for entitlement, code in drawn:
        code_id, seal_id = uuid7(), ring.current(Purpose.SEAL)
        _, sealed = ring.seal(
            code.encode(), Purpose.SEAL, code_associated_data(entitlement, code_id, seal_id)
        )
        found = ring.lookup("code:", code)
        rows.append((code_id, entitlement, found.key_id, found.digest, seal_id, sealed, code[-4:]))
    names = [
        "ids",
        "entitlements",
        "key_ids",
        "lookups",
        "seal_key_ids",
        "ciphertexts",
        "last_fours",
    ]
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(INSERT, columns | {"at": at})
        return [row[0] for row in cursor.fetchall()]
