"""Signed checkpoints: whoever has the database and not the keys makes no history anew."""

import base64
import secrets
from typing import Any

import pytest
from pytest_django import Settings

from counterfoil.conf import conf
from counterfoil.effects.sealer import seal
from counterfoil.effects.verifying import check_all
from counterfoil.jobs.running import work_jobs
from counterfoil.models import AuditEntry, ExceptionCase, Job, Seal
from counterfoil.models.checkpoints import SIGNED
from counterfoil.operations.request_verification import request_verification
from counterfoil.operations.sign_checkpoint import sign_checkpoint
from counterfoil.queries.invariants import INVARIANTS, broken, offenders
from counterfoil.queries.kept_keys import CHECKPOINT, key_uses
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import OPERATOR, issue_many, now
from tests.effects.test_sealer import touch
from tests.records import unchanged

pytestmark = pytest.mark.django_db
I22, I28 = (next(one for one in INVARIANTS if one.name == name) for name in ("I22", "I28"))
ABOUT = f"WHERE act = '{SIGNED}'"
ANEW = """UPDATE counterfoil_entry SET actor_id = 'x', dispatched_at = NULL;
          DELETE FROM counterfoil_seal"""


def grown(units: int = 2) -> None:
    """Let the ledger grow, and the worker look at it."""
    issue_many(units)
    seal()
    sign_checkpoint(by=SYSTEM, at=now())


def data(nth: int) -> dict[str, Any]:
    found: dict[str, Any] = AuditEntry.objects.get(act=SIGNED, data__nth=nth).data
    return found


def needed_by_the_newest() -> list[int]:
    """Name the key that must not be taken away for what was signed last."""
    return [one.number for one in key_uses() if one.what == CHECKPOINT]


def test_the_worker_signs_what_is_new_once() -> None:
    with unchanged():
        assert check_all() == 0  # there is nothing
    issue_many(2)
    seal()

    check_all()
    with unchanged():
        check_all()
    grown()

    newest = Seal.objects.latest("seal_seq")
    assert (data(1)["links"], data(2)["links"]) == (2, 4)
    assert data(2)["head"] == bytes(newest.hash).hex()
    assert offenders(I28) == []


def test_history_that_was_made_anew_looks_whole_and_is_found() -> None:
    grown()
    touch(ANEW)
    seal()
    assert offenders(I22) == []  # the chain alone shows nothing

    check_all()

    assert AuditEntry.objects.filter(act=SIGNED).count() == 1, "and it is not signed"
    assert ExceptionCase.objects.get().key == "I28"
    request_verification(by=OPERATOR, at=now())
    work_jobs()
    assert Job.objects.get().result["fault"] == "forged"


@pytest.mark.parametrize(
    "forging",
    [
        """UPDATE counterfoil_auditentry SET data = data || jsonb_build_object('head',
           (SELECT encode(hash, 'hex') FROM counterfoil_seal WHERE seal_seq = 2))""",
        "UPDATE counterfoil_auditentry SET data = data || '{\"key\": 9}'",
        'UPDATE counterfoil_auditentry SET data = data || \'{"key": 0, "nth": "x"}\'',
        "UPDATE counterfoil_auditentry SET data = data - 'signature' - 'key'",
        f"DELETE FROM counterfoil_auditentry {ABOUT} AND data->>'nth' = '1'",
    ],
    ids=["to-the-new-head", "another-key", "no-number", "unsigned", "removed"],
)
def test_a_checkpoint_that_was_altered_or_removed_is_found(forging: str) -> None:
    grown()
    grown()
    assert offenders(I28) == []
    if "head" in forging:
        touch(ANEW)
        seal()

    touch(forging)

    assert set(broken([I22, I28])) == {"I28"}


def test_a_new_key_signs_anew_and_outlives_the_old_one(settings: Settings) -> None:
    grown()
    old = {purpose: dict(keys) for purpose, keys in conf.KEYS.items()}
    new = base64.b64encode(secrets.token_bytes(32)).decode()
    settings.COUNTERFOIL_KEYS = old | {"index": old["index"] | {"2": new}}
    assert needed_by_the_newest() == [1]
    sign_checkpoint(by=SYSTEM, at=now())
    assert needed_by_the_newest() == [2]
    assert [data(nth)["key"] for nth in (1, 2)] == [1, 2]

    settings.COUNTERFOIL_KEYS = old | {"index": {"2": new}}

    assert offenders(I28) == []
    touch(f"UPDATE counterfoil_auditentry SET data = data || '{{\"key\": 1}}' {ABOUT}")
    assert offenders(I28) != []
