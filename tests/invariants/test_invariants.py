"""Each invariant is kept in an ordinary shop, and notices what breaks it."""

from dataclasses import replace
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from counterfoil.effects.settling import settle
from counterfoil.effects.verifying import check_all
from counterfoil.models import (
    Allotment,
    ExceptionCase,
    Line,
    Message,
    Partner,
)
from counterfoil.operations.complete_subject import complete_subject
from counterfoil.operations.grant import grant
from counterfoil.operations.redeem import redeem
from counterfoil.operations.sign_checkpoint import sign_checkpoint
from counterfoil.queries.invariants import INVARIANTS, broken
from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    Issued,
    a_line,
    a_refund,
    an_order,
    converge,
    customer,
    issue_one,
    make_assignee,
    make_connection,
    make_product,
    now,
)
from tests.records import assert_kept
from tests.scenes import reserve

pytestmark = pytest.mark.django_db

SOME = "(SELECT id FROM counterfoil_entitlement ORDER BY id LIMIT 1)"
REDEEMED = "(SELECT id FROM counterfoil_entitlement WHERE state = 'fulfilled')"
ISSUED = "(SELECT id FROM counterfoil_entitlement WHERE state = 'issued' ORDER BY id LIMIT 1)"

PLANTED = {
    "I01": "UPDATE counterfoil_line SET units_paid = units_paid + 1",
    "I02": "UPDATE counterfoil_purchase SET paid_at = NULL WHERE kind = 'sale'",
    "I03": f"""DROP INDEX counterfoil_assigned_once;
        INSERT INTO counterfoil_assignment (id, entitlement_id, account_id, started_at)
        SELECT gen_random_uuid(), entitlement_id, account_id, now() FROM counterfoil_assignment
         WHERE entitlement_id = {REDEEMED}""",
    "I04": f"UPDATE counterfoil_entitlement SET state = 'revoked' WHERE id = {SOME}",
    "I05": f"UPDATE counterfoil_entry SET seq = 9 WHERE entitlement_id = {SOME} AND seq = 1",
    "I06": f"""ALTER TABLE counterfoil_entry DROP CONSTRAINT counterfoil_entry_legal;
        UPDATE counterfoil_entry SET move = 'reserve' WHERE entitlement_id = {SOME}""",
    "I07": f"UPDATE counterfoil_code SET state = 'void', ciphertext = NULL, ended_at = now()"
    f" WHERE entitlement_id = {ISSUED}",
    "I08": "UPDATE counterfoil_refund SET units = units + 1",
    "I09": """UPDATE counterfoil_entitlement SET state = 'issued' WHERE id IN
        (SELECT entitlement_id FROM counterfoil_refundedentitlement)""",
    "I10": "UPDATE counterfoil_refund SET amount = 10000000",
    "I11": "UPDATE counterfoil_message SET handled_at = NULL",
    "I12": "UPDATE counterfoil_message SET authentic = false",
    "I13": f"UPDATE counterfoil_entitlement SET is_test = NOT is_test WHERE id = {SOME}",
    "I14": "UPDATE counterfoil_allotment SET granted = 0",
    "I15": f"""UPDATE counterfoil_entitlement SET state = 'reserved',
        reserved_until = now() - interval '1 hour' WHERE id = {SOME}""",
    "I16": """UPDATE counterfoil_entry SET judged_expiry = recorded_at - interval '1 second'
        WHERE move = 'redeem'""",
    "I17": "UPDATE counterfoil_provisioning SET got = 'none'",
    "I18": "UPDATE counterfoil_delivery SET sent_at = NULL, due_at = now() - interval '1 hour'",
    "I19": "UPDATE counterfoil_delivery SET cause = 'issued:' || id",
    "I20": """ALTER TABLE counterfoil_delivery DROP CONSTRAINT counterfoil_delivery_once;
        INSERT INTO counterfoil_delivery (id, cause, kind, target_id, message_id, created_at,
               due_at, attempts, sent_at, last_error, is_unneeded)
        SELECT gen_random_uuid(), cause, kind, target_id, '', now(), now(), 0, now(), '', false
          FROM counterfoil_delivery LIMIT 1""",
    "I21": "UPDATE counterfoil_grantrecord SET quantity = 21",
    "I22": "UPDATE counterfoil_entry SET reason = 'altered' WHERE move = 'redeem'",
    "I23": "DELETE FROM counterfoil_seal WHERE seal_seq = (SELECT max(seal_seq)"
    " FROM counterfoil_seal)",
    "I24": """ALTER TABLE counterfoil_code DROP CONSTRAINT counterfoil_code_lookup;
        UPDATE counterfoil_code SET lookup = '\\x00112233445566778899aabbccddeeff'""",
    "I25": "UPDATE counterfoil_code SET last_four = 'OUIL'",
    "I26": "UPDATE counterfoil_entry SET recorded_at = now() + interval '1 hour'",
    "I27": "UPDATE counterfoil_message SET order_reference = 'another'",
    "I28": "UPDATE counterfoil_auditentry SET data = data || '{\"links\": 1}'"
    " WHERE act = 'sign_checkpoint'",
}
"""For each invariant a change that breaks it, made behind the back of everything that guards it."""


@pytest.fixture
def shop() -> Issued:
    """Make a shop in which everything an invariant speaks of has happened once."""
    connection_ = make_connection(make_product())
    bought = converge(connection_, an_order(a_line(2)))
    refunded = an_order(a_line(2), reference="cs_refunded")
    refund = a_refund()
    converge(connection_, replace(refunded, refunds=(refund,)))
    ana = make_assignee()
    redeem(code=bought.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    complete_subject(entitlement_id=bought.id, answers={"name": "Rex"}, by=customer(ana), at=now())
    granted = grant(
        request_id=uuid4(),
        product=bought.entitlement().product,
        quantity=1,
        category=GrantCategory.CUSTOMER_SERVICE,
        reason="Lost in the post",
        reference="CASE-1",
        by=OPERATOR,
        at=now(),
    )
    _message_about(bought)
    settle()
    sign_checkpoint(by=SYSTEM, at=now())
    partner = Partner.objects.create(slug="kennel", name="Kennel", created_at=now())
    allotment = Allotment.objects.create(partner=partner, granted=1, created_at=now())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # so far everything is as it should be
        cursor.execute("SET LOCAL session_replication_role = replica")  # guards off, to plant
        cursor.execute(
            "UPDATE counterfoil_entitlement SET partner_id = %s, allotment_id = %s"
            " WHERE purchase_id = %s",
            [partner.pk, allotment.pk, granted.pk],
        )
    return bought


def _message_about(bought: Issued) -> None:
    """Let a message about this purchase have been handled."""
    Message.objects.create(
        connection=bought.purchase.connection,
        message_id="evt_1",
        topic="checkout.session.completed",
        order_reference=bought.purchase.external_reference,
        claims="paid",
        authentic=True,
        acked_at=now() - timedelta(hours=1),
        next_attempt_at=now() - timedelta(hours=1),
        handled_at=now(),
    )


def test_every_promise_has_its_invariants_and_every_invariant_its_violation() -> None:
    assert [one.name for one in INVARIANTS] == sorted(PLANTED)
    assert len(INVARIANTS) == 28


def test_all_are_kept_in_an_ordinary_shop(shop: Issued) -> None:
    assert shop
    assert broken(INVARIANTS, grace=timedelta(0)) == {}


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_a_planted_violation_is_found(shop: Issued, name: str) -> None:
    assert shop
    with connection.cursor() as cursor:
        cursor.execute(PLANTED[name])

    assert name in broken(INVARIANTS, grace=timedelta(0))


NOT_KEPT = {
    "kept without a reservation": "DELETE FROM counterfoil_reservedentitlement",
    "in a reservation and not kept": "UPDATE counterfoil_entitlement SET state = 'issued',"
    " reserved_until = NULL WHERE state = 'reserved'",
    "kept for longer": "UPDATE counterfoil_reservation SET until = until + interval '1 hour'",
    "kept for another": "UPDATE counterfoil_reservation SET account_id ="
    " (SELECT id FROM counterfoil_account LIMIT 1)",
    "over and still kept": "UPDATE counterfoil_reservation SET ended_at = now()",
}


@pytest.mark.parametrize("planted", NOT_KEPT)
def test_what_is_reserved_is_kept_by_a_reservation(shop: Issued, planted: str) -> None:
    issued = issue_one()
    reserve(issued.id, account_id=None, until=now() + timedelta(hours=1))
    assert shop
    assert broken(INVARIANTS, grace=timedelta(0)).keys() <= {"I18", "I19", "I23"}  # owed work

    with connection.cursor() as cursor:
        cursor.execute(NOT_KEPT[planted])

    assert "I15" in broken(INVARIANTS, grace=timedelta(0))


def test_the_command_says_what_is_broken_and_opens_an_exception(shop: Issued) -> None:
    assert shop
    out = StringIO()
    call_command("counterfoil_verify", stdout=out)
    assert "All 28 invariants are kept" in out.getvalue()

    with connection.cursor() as cursor:
        cursor.execute(PLANTED["I25"])
    with pytest.raises(CommandError, match="I25") as refused:
        call_command("counterfoil_verify", stdout=out)

    assert refused.value.returncode == 1
    assert ExceptionCase.objects.get(kind="invariant_broken").key == "I25"


def test_the_command_refuses_an_invariant_that_does_not_exist() -> None:
    with pytest.raises(CommandError, match="no invariant I99") as refused:
        call_command("counterfoil_verify", "I99")
    assert refused.value.returncode == 2


def test_the_worker_opens_one_exception_for_what_is_broken_however_often_it_looks(
    shop: Issued,
) -> None:
    assert shop
    check_all()
    assert not ExceptionCase.objects.filter(kind="invariant_broken").exists()

    with connection.cursor() as cursor:
        cursor.execute(PLANTED["I25"])
    check_all()
    check_all()

    assert ExceptionCase.objects.get(kind="invariant_broken").key == "I25"


def test_what_is_checked_after_every_act_sees_what_has_just_happened() -> None:
    issue_one()
    assert_kept()
    Line.objects.update(units_paid=2)

    with pytest.raises(AssertionError, match="I01"):
        assert_kept()
