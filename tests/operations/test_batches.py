"""A batch from the first request to the recall."""

import csv
import hashlib
import io
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs7,
)
from django.db import IntegrityError, connection, transaction
from django.test import override_settings

from counterfoil.errors import (
    ApprovalMissing,
    BatchInvalid,
    BatchNameTaken,
    BatchNotReady,
    CodeNotRevealable,
    CountsDiffer,
    EntitlementNotSold,
    NotFound,
    PrintFileGone,
    ReasonMissing,
    RecipientKeyRefused,
)
from counterfoil.jobs.minting import mint_next
from counterfoil.models import Approval, Batch, Code, Entitlement, Job, PrintFile, Product
from counterfoil.models.ids import handle_of
from counterfoil.operations.activate_at_sale import activate_at_sale
from counterfoil.operations.fetch_print_file import fetch_print_file
from counterfoil.operations.hand_over_batch import hand_over_batch
from counterfoil.operations.make_print_file import make_print_file
from counterfoil.operations.mint import mint
from counterfoil.operations.recall_batch import recall_batch
from counterfoil.operations.redeem import redeem
from counterfoil.operations.request_batch import request_batch
from counterfoil.operations.request_print_file import request_print_file
from counterfoil.operations.reveal_code import reveal_code
from counterfoil.operations.withdraw_from_batch import withdraw_from_batch
from counterfoil.rules.codes import display
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import OPERATOR, ORIGIN, customer, make_product, now
from tests.batches import (
    BOSS,
    Printed,
    batch_request,
    certificate,
    make_till,
    mint_batch,
    private_key,
    read_batch,
)
from tests.records import refused, unchanged
from tests.scenes import history

pytestmark = pytest.mark.django_db
PAGE = "https://shop.example/c"


@pytest.fixture
def product() -> Product:
    return make_product()


@pytest.fixture
def printed(product: Product) -> Printed:
    return mint_batch(product, 5)


def file_of(batch: Batch, number: int = 1) -> PrintFile:
    return make_print_file(batch_id=batch.pk, number=number, claim_page=PAGE, by=OPERATOR, at=now())


def rows_of(content: bytes) -> list[dict[str, str]]:
    """Open a print file as whoever prints does."""
    [pem] = [certificate_of(content)]
    table = pkcs7.pkcs7_decrypt_der(content, pem, private_key(), [])
    return list(csv.DictReader(io.StringIO(table.decode())))


def certificate_of(_content: bytes) -> x509.Certificate:
    return x509.load_pem_x509_certificate(Batch.objects.get().certificate.encode())


def test_nothing_is_minted_before_somebody_approved(product: Product, at: datetime) -> None:
    batch = request_batch(**batch_request(product, at=at))

    assert batch.steps.get().step == "asked"
    assert Approval.objects.get().subject == str(batch.pk)
    with refused(ApprovalMissing):
        mint(batch_id=batch.pk, by=OPERATOR, at=at)


def test_as_many_are_minted_as_were_approved_however_often_it_is_called(printed: Printed) -> None:
    with unchanged():
        assert mint(batch_id=printed.batch.pk, by=OPERATOR, at=now()) == 5

    units = Entitlement.objects.order_by("batch_ordinal")
    assert [one.batch_ordinal for one in units] == [1, 2, 3, 4, 5]
    assert {(one.state, one.line_id, one.purchase_id) for one in units} == {("minted", None, None)}
    assert history(printed.entitlement_ids[0]) == ["mint"]
    assert printed.batch.minted_at is not None


@pytest.mark.parametrize(
    "wrong",
    [{"name": "a"}, {"name": "=cmd"}, {"name": "x" * 65}, {"quantity": 0}, {"quantity": 100_001}],
)
def test_refuses_what_cannot_be_a_batch(product: Product, wrong: dict[str, Any]) -> None:
    with refused(BatchInvalid):
        request_batch(**batch_request(product, **wrong))


def test_refuses_a_name_twice_and_no_reason(product: Product) -> None:
    request_batch(**batch_request(product, name="spring"))

    with refused(BatchNameTaken):
        request_batch(**batch_request(product, name="spring"))
    with refused(ReasonMissing):
        request_batch(**batch_request(product, reason=" "))


def test_refuses_a_key_nothing_should_be_encrypted_for(product: Product) -> None:
    with refused(RecipientKeyRefused, match="2048 bits"):
        request_batch(**batch_request(product, certificate=certificate(key=private_key(2048))))


def test_the_file_is_opened_by_the_printer_and_holds_what_is_printed(printed: Printed) -> None:
    file = file_of(printed.batch)
    sealed = bytes(file.content or b"")

    rows = rows_of(sealed)

    assert [row["ordinal"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert [row["code"] for row in rows] == [display(code) for code in printed.codes]
    assert [row["handle"] for row in rows] == [handle_of(one) for one in printed.entitlement_ids]
    assert rows[0]["qr"] == f"{PAGE}#{display(printed.codes[0])}"
    assert file.digest == hashlib.sha256(sealed).hexdigest()
    assert not any(display(code).encode() in sealed for code in printed.codes)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_the_file_is_opened_by_openssl(printed: Printed, tmp_path: Path) -> None:
    key, batch = tmp_path / "printer.key", tmp_path / "batch.cms"
    key.write_bytes(private_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    batch.write_bytes(bytes(file_of(printed.batch).content or b""))
    openssl = shutil.which("openssl") or ""

    opened = subprocess.run(
        [openssl, "cms", "-decrypt", "-inform", "DER", "-in", batch, "-inkey", key],
        capture_output=True,
        check=True,
    )

    assert display(printed.codes[0]).encode() in opened.stdout
    shown = [openssl, "cms", "-cmsout", "-print", "-inform", "DER", "-in", batch]
    assert b"aes-256-cbc" in subprocess.run(shown, capture_output=True, check=True).stdout


def test_the_file_is_fetched_once_and_no_copy_is_left(printed: Printed, at: datetime) -> None:
    file = file_of(printed.batch)
    fetched = fetch_print_file(batch_id=printed.batch.pk, by=BOSS, at=at)

    assert hashlib.sha256(fetched.content).hexdigest() == file.digest == fetched.digest
    assert fetched.name == f"{printed.batch.name}-1.cms"
    kept = PrintFile.objects.get()
    assert (kept.content, kept.digest, kept.fetched_at) == (None, file.digest, at)
    with refused(PrintFileGone):
        fetch_print_file(batch_id=printed.batch.pk, by=OPERATOR, at=at)
    with unchanged():
        file_of(printed.batch)  # as a job that was cut off would
    steps = printed.batch.steps.order_by("at", "id").values_list("step", flat=True)
    assert {"asked", "minted", "file_made", "file_fetched"} == set(steps)


def test_no_file_before_it_is_minted_or_after_the_recall(product: Product, at: datetime) -> None:
    batch = request_batch(**batch_request(product))
    with refused(BatchNotReady):
        file_of(batch)
    with refused(BatchNotReady):
        fetch_print_file(batch_id=batch.pk, by=OPERATOR, at=at)
    printed = mint_batch(product)
    file_of(printed.batch)
    recall(printed, 3)

    assert PrintFile.objects.get().content is None
    with refused(BatchNotReady):
        fetch_print_file(batch_id=printed.batch.pk, by=OPERATOR, at=at)
    with refused(BatchNotReady):
        make_print_file(batch_id=printed.batch.pk, number=2, claim_page=PAGE, by=OPERATOR, at=at)


def test_a_certificate_that_expired_meanwhile_gets_nothing(product: Product) -> None:
    soon = certificate(until=timedelta(days=1))
    printed = mint_batch(product, certificate=soon)

    with refused(RecipientKeyRefused, match="expired"):
        make_print_file(
            batch_id=printed.batch.pk,
            number=1,
            claim_page=PAGE,
            by=OPERATOR,
            at=now() + timedelta(days=2),
        )


def test_a_lost_file_takes_two_people_again(printed: Printed, at: datetime) -> None:
    again = {"batch_id": printed.batch.pk, "reason": "Lost on the way", "by": OPERATOR, "at": at}
    file_of(printed.batch)
    with refused(BatchNotReady, match="not fetched yet"):
        request_print_file(**again)
    fetch_print_file(batch_id=printed.batch.pk, by=OPERATOR, at=at)
    with refused(ReasonMissing):
        request_print_file(**again | {"reason": ""})

    asked = request_print_file(**again)

    assert asked.parameters() == {"batch": str(printed.batch.pk), "number": 2}
    assert PrintFile.objects.count() == 1
    with refused(BatchNotReady, match="asked for it already"):
        request_print_file(**again)
    file_of(printed.batch, 2)
    assert fetch_print_file(batch_id=printed.batch.pk, by=OPERATOR, at=at).name.endswith("-2.cms")


def test_nothing_more_is_minted_after_a_recall(product: Product, at: datetime) -> None:
    batch = request_batch(**batch_request(product))
    Batch.objects.filter(pk=batch.pk).update(approved_at=at)
    about = {"batch_id": batch.pk, "states": (), "by": OPERATOR, "at": at, "reason": "stolen"}
    recall_batch(expected=0, **about)

    with refused(BatchNotReady, match="recalled"):
        mint(batch_id=batch.pk, by=OPERATOR, at=at)

    job = Job(kind="mint", parameters={"batch": str(batch.pk), "number": 1, "by": {}})
    job.parameters["by"] = {"kind": "operator", "id": OPERATOR.id, "display": OPERATOR.display}
    assert mint_next(job, at=at).is_finished
    assert not Entitlement.objects.exists()


@override_settings(COUNTERFOIL_DROP_PRINTED_CODES=True)
def test_no_empty_file_is_made_once_the_codes_cannot_be_read(
    printed: Printed, at: datetime
) -> None:
    file_of(printed.batch)
    fetch_print_file(batch_id=printed.batch.pk, by=OPERATOR, at=at)
    request_print_file(batch_id=printed.batch.pk, reason="Lost", by=OPERATOR, at=at)
    hand_over_batch(batch_id=printed.batch.pk, by=BOSS, at=at)

    with refused(BatchNotReady, match="readable"):
        make_print_file(batch_id=printed.batch.pk, number=2, claim_page=PAGE, by=OPERATOR, at=at)


def test_handing_over_is_written_down_and_codes_stay_readable(
    printed: Printed, at: datetime
) -> None:
    with refused(BatchNotReady):
        hand_over_batch(batch_id=printed.batch.pk, by=OPERATOR, at=at)
    file_of(printed.batch)
    fetch_print_file(batch_id=printed.batch.pk, by=OPERATOR, at=at)

    batch = hand_over_batch(batch_id=printed.batch.pk, by=BOSS, at=at)

    assert (batch.handed_over_at, batch.codes_dropped_at) == (at, None)
    with unchanged():
        hand_over_batch(batch_id=printed.batch.pk, by=OPERATOR, at=at)


@override_settings(COUNTERFOIL_DROP_PRINTED_CODES=True)
def test_codes_may_become_unreadable_and_still_work(
    printed: Printed, ana: Assignee, at: datetime
) -> None:
    file_of(printed.batch)
    fetch_print_file(batch_id=printed.batch.pk, by=OPERATOR, at=at)
    hand_over_batch(batch_id=printed.batch.pk, by=BOSS, at=at)

    assert not Code.objects.filter(ciphertext__isnull=False).exists()
    assert printed.batch.steps.get(step="codes_dropped").data == {"quantity": 5}
    with refused(CodeNotRevealable):
        reveal_code(
            entitlement_id=printed.entitlement_ids[0], by=OPERATOR, at=at, reason="support_case"
        )
    with refused(BatchNotReady):
        request_print_file(batch_id=printed.batch.pk, reason="Lost", by=OPERATOR, at=at)
    sell(printed, 0)
    redeem(code=printed.codes[0], to=ana, by=customer(ana), at=at, origin=ORIGIN)


def sell(printed: Printed, *places: int) -> None:
    """Sell these, each under a number of its own."""
    for place in places:
        activate_at_sale(
            connection=make_till(f"till-{uuid4().hex[:8]}"),
            sale=f"R-{place}",
            presented=[printed.codes[place]],
            by=OPERATOR,
            at=now(),
        )


def recall(printed: Printed, expected: int, *states: State) -> int:
    return recall_batch(
        batch_id=printed.batch.pk,
        states=states,
        expected=expected,
        by=OPERATOR,
        at=now(),
        reason="recalled",
    )


def spoil(printed: Printed, expected: int, **other: Any) -> int:
    given: dict[str, Any] = {
        "batch_id": printed.batch.pk,
        "first": 2,
        "last": 4,
        "states": [State.MINTED],
        "expected": expected,
        "by": OPERATOR,
        "at": now(),
        "reason": "spoiled",
    }
    return withdraw_from_batch(**given | other)


def test_spoiled_pieces_are_withdrawn_by_range_and_the_counts_add_up(printed: Printed) -> None:
    sell(printed, 2)

    assert spoil(printed, 2) == 2

    states = Entitlement.objects.order_by("batch_ordinal").values_list("state", flat=True)
    assert list(states) == ["minted", "revoked", "issued", "revoked", "minted"]
    step = printed.batch.steps.get(step="withdrawn")
    assert step.data == {"quantity": 2, "first": 2, "last": 4, "reason": "spoiled"}


def test_other_numbers_than_were_shown_are_refused(printed: Printed) -> None:
    with refused(CountsDiffer, match="It is 3 now, and 2 were shown"):
        spoil(printed, 2)
    with refused(CountsDiffer):
        recall(printed, 4)


@pytest.mark.parametrize(("first", "last"), [(0, 2), (3, 2), (1, 6)])
def test_refuses_numbers_the_batch_has_not(printed: Printed, first: int, last: int) -> None:
    with refused(BatchInvalid, match="from 1 to 5"):
        spoil(printed, 3, first=first, last=last)


def test_refuses_to_withdraw_without_saying_why(printed: Printed) -> None:
    with refused(ReasonMissing):
        spoil(printed, 3, reason="")
    with refused(NotFound):
        spoil(printed, 3, batch_id=uuid4())


def test_a_recall_takes_what_was_not_sold_and_only_that_if_so_wanted(
    printed: Printed, ana: Assignee, at: datetime
) -> None:
    sell(printed, 0)

    assert recall(printed, 4) == 4

    redeem(code=printed.codes[0], to=ana, by=customer(ana), at=at, origin=ORIGIN)
    assert Entitlement.objects.filter(state=State.REVOKED).count() == 4
    assert Batch.objects.get().recalled_at is not None
    assert recall(printed, 1, State.ISSUED, State.ASSIGNED) == 1
    assert read_states(printed) == {"revoked"}


def read_states(printed: Printed) -> set[str]:
    return set(Entitlement.objects.filter(batch=printed.batch).values_list("state", flat=True))


def test_a_minted_code_is_good_for_nothing(printed: Printed, ana: Assignee, at: datetime) -> None:
    with refused(EntitlementNotSold):
        redeem(code=printed.codes[0], to=ana, by=customer(ana), at=at, origin=ORIGIN)


def test_what_was_done_with_a_batch_cannot_be_told_otherwise_later(printed: Printed) -> None:
    for statement in (
        "UPDATE counterfoil_batchstep SET at = now()",
        "DELETE FROM counterfoil_batchstep",
    ):
        with (
            pytest.raises(IntegrityError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_batch_keeps_its_codes_in_the_clear_nowhere(printed: Printed) -> None:
    file_of(printed.batch)
    again = read_batch(printed.batch.pk)

    assert again.codes == printed.codes
    with connection.cursor() as cursor:
        for table in ("counterfoil_batch", "counterfoil_batchstep", "counterfoil_printfile"):
            cursor.execute(f"SELECT t::text FROM {table} t")
            dump = str(cursor.fetchall())
            assert not any(code in dump or display(code) in dump for code in printed.codes)
