"""Keys are changed while codes are used, and an old one can be taken away."""

from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from counterfoil.errors import CodeNotFound
from counterfoil.models import Code, Connection, Entitlement, Job, OrderFileRow, Person
from counterfoil.models.keys import keyring
from counterfoil.operations.redeem import redeem
from counterfoil.operations.renew_kept import PARTS, renew_kept
from counterfoil.operations.request_renewal import request_renewal
from counterfoil.queries.kept_keys import idle_keys, key_uses
from counterfoil.rules.keyring import Purpose
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import ORIGIN, customer, issue_many, make_assignee, now
from tests.order_files import a_file, a_row, procurement, upload
from tests.records import assert_kept
from tests.rings import with_second, with_third, without_first

pytestmark = pytest.mark.django_db


def renew(*, limit: int = 2) -> int:
    """Renew everything, two rows at a time."""
    renewed = 0
    for part in PARTS:
        after: list[object] | None = None
        while True:
            batch = renew_kept(part=part, after=after, by=SYSTEM, at=now(), limit=limit)
            renewed, after = renewed + batch.renewed, batch.last
            if after is None:
                break
    return renewed


def test_old_keys_can_go_and_everything_is_still_found_and_read(settings: Any) -> None:
    sold, ana = issue_many(3), make_assignee()
    kept = Code.objects.get(entitlement=sold.id)
    settings.COUNTERFOIL_KEYS = with_second()

    assert renew() > 0
    settings.COUNTERFOIL_KEYS = without_first()

    assert Code.objects.get(pk=kept.pk).opened() == sold.code
    assert {one.contact().mail for one in Person.objects.all()} == {
        "ann.buyer@example.com",
        "ana@example.com",
    }
    assert Person.objects.reading("ann.buyer@example.com").count() == 1
    assert Connection.objects.get().secrets()["webhook_secrets"] == ["whsec_test"]
    redeem(code=sold.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    assert_kept()


def test_one_address_under_two_older_keys_is_renewed_once(settings: Any) -> None:
    """Two processes that knew different keys made somebody twice; both stay, and nothing fails."""
    first = make_assignee("ana@example.com")
    settings.COUNTERFOIL_KEYS = without_first("index")
    second = make_assignee("ana@example.com")
    assert first != second
    settings.COUNTERFOIL_KEYS = with_third("index")

    renew(limit=10)

    assert sorted(Person.objects.values_list("mail_key_id", flat=True)) in ([1, 3], [2, 3])
    assert Person.objects.reading("ana@example.com").count() == 2
    assert renew(limit=10) == 0


def test_renewing_again_changes_nothing(settings: Any) -> None:
    issue_many(3)
    settings.COUNTERFOIL_KEYS = with_second()
    renew()
    before = list(Code.objects.order_by("pk").values_list("pk", "lookup", "ciphertext"))

    assert renew() == 0

    assert list(Code.objects.order_by("pk").values_list("pk", "lookup", "ciphertext")) == before


def test_rows_that_are_named_by_two_columns_are_renewed_page_by_page(settings: Any) -> None:
    goods = procurement()
    files = [
        upload(goods, a_file(*(a_row(f"{name}-{n}") for n in range(3))), name=f"{name}.csv")
        for name in ("A", "B")
    ]
    assert not any(one.is_repeated for one in files)
    before = {row.pk: row.personal() for row in OrderFileRow.objects.all()}
    assert len(before) == 6  # so that pages of two end within a file, and at its end
    settings.COUNTERFOIL_KEYS = with_second("personal")

    renew()
    settings.COUNTERFOIL_KEYS = without_first("personal")

    rows = OrderFileRow.objects.all()
    assert {row.key_id for row in rows} == {2}
    assert {row.pk: row.personal() for row in rows} == before


def test_without_renewing_what_an_old_key_kept_is_lost(settings: Any) -> None:
    sold, ana = issue_many(1), make_assignee()
    settings.COUNTERFOIL_KEYS = without_first("index")

    with pytest.raises(CodeNotFound):
        redeem(code=sold.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)


def test_a_code_that_is_not_kept_readable_keeps_its_key_and_works(
    settings: Any,
) -> None:
    sold, ana = issue_many(1), make_assignee()
    Code.objects.update(ciphertext=None)
    settings.COUNTERFOIL_KEYS = with_second()
    renew()

    assert Code.objects.get().key_id == 1
    waits = [one for one in key_uses() if not one.renewable and not one.is_current]
    assert [(one.number, one.what, one.rows) for one in waits] == [
        (1, "codes that are not kept readable", 1)
    ]
    assert (Purpose.INDEX, 1) not in idle_keys(key_uses())
    redeem(code=sold.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    assert (Purpose.INDEX, 1) in idle_keys(key_uses())


def test_a_ciphertext_that_does_not_open_is_counted_and_left(settings: Any) -> None:
    issue_many(3)
    first, *_ = Code.objects.order_by("pk")
    Code.objects.filter(pk=first.pk).update(ciphertext=b"\0" * 44)
    settings.COUNTERFOIL_KEYS = with_second("seal")
    said = StringIO()

    with pytest.raises(CommandError, match="1 rows could not be opened"):
        call_command("counterfoil_keys", "renew", "--here", stdout=said)

    assert Job.objects.get().problems == 1
    assert bytes(Code.objects.get(pk=first.pk).ciphertext) == b"\0" * 44
    assert Code.objects.filter(seal_key_id=2).count() == 2


def test_status_names_what_is_needed_missing_and_idle(settings: Any) -> None:
    issue_many(2)
    settings.COUNTERFOIL_KEYS = with_second()
    said = StringIO()
    call_command("counterfoil_keys", "status", stdout=said)
    assert "index/1  older, needed" in said.getvalue()
    call_command("counterfoil_keys", "renew", "--here", stdout=said)

    said = StringIO()
    call_command("counterfoil_keys", "status", stdout=said)
    assert said.getvalue().count("can be taken away") == 4

    settings.COUNTERFOIL_KEYS = with_second() | {"seal": {"9": with_second()["seal"]["1"]}}
    with pytest.raises(CommandError, match="missing"):
        call_command("counterfoil_keys", "status", stdout=said)


def test_asking_twice_is_one_renewal_until_there_is_a_newer_key(settings: Any) -> None:
    settings.COUNTERFOIL_KEYS = with_second("index")
    first = request_renewal(by=SYSTEM, at=now())
    assert request_renewal(by=SYSTEM, at=now()) == first
    settings.COUNTERFOIL_KEYS = with_second("index", "seal")
    assert request_renewal(by=SYSTEM, at=now()) != first


def test_a_row_changed_between_reading_and_writing_is_left(settings: Any) -> None:
    """What somebody else makes in between is under the current key; it must not be undone."""
    make_assignee("ana@example.com")
    person = Person.objects.get()
    settings.COUNTERFOIL_KEYS = with_second("personal")
    meanwhile = uuid4().bytes * 4

    def change_first(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        if str(sql).startswith("UPDATE") or "UPDATE" in str(sql):
            with connection.cursor() as cursor:
                wrappers, connection.execute_wrappers[:] = connection.execute_wrappers[:], []
                cursor.execute(
                    "UPDATE counterfoil_person SET own_key = %s, key_id = 2", [meanwhile]
                )
                connection.execute_wrappers[:] = wrappers
        return execute(sql, params, many, context)

    with connection.execute_wrapper(change_first):
        batch = renew_kept(part="people", after=None, by=SYSTEM, at=now())

    assert batch.renewed == 0
    assert bytes(Person.objects.get(pk=person.pk).own_key) == meanwhile


def test_every_entitlement_stays_as_it_was(settings: Any) -> None:
    issue_many(3)
    before = list(Entitlement.objects.order_by("pk").values())
    settings.COUNTERFOIL_KEYS = with_second()
    assert keyring().current(Purpose.SEAL) == 2
    renew()
    assert list(Entitlement.objects.order_by("pk").values()) == before
