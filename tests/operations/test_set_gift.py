"""A gift is set once, changed until it is sent, and binds where the terms say so."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from counterfoil.effects.settling import settle
from counterfoil.errors import (
    EntitlementBound,
    EntitlementExpired,
    EntitlementOnHold,
    GiftAlreadySent,
    GiftDateInvalid,
    GiftTextTooLong,
    IllegalMove,
    MailInvalid,
    NotAMember,
    NotFound,
    ReasonMissing,
    TooManyGiftMails,
)
from counterfoil.models import Delivery, DeliveryKind, Entry, Gift, GiftEnd, GiftWords
from counterfoil.operations.cancel_gift import cancel_gift
from counterfoil.operations.extend import extend
from counterfoil.operations.redeem import redeem
from counterfoil.operations.reinstate import reinstate
from counterfoil.operations.revoke import revoke
from counterfoil.rules.codes import display
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    Issued,
    customer,
    issue_one,
    make_assignee,
    read_issued,
)
from tests.giving import BOUND, EVA, GIVER, give, in_days, sent_to
from tests.records import refused, rows, unchanged
from tests.scenes import end, history, mint, reserve, suspend, use, withdraw

pytestmark = pytest.mark.django_db


def test_a_gift_is_kept_with_its_words_and_its_day(issued: Issued) -> None:
    day = in_days(3)
    gift = give(issued.id, send_at=day)

    kept = Gift.objects.get()
    assert (kept.pk, kept.send_at, kept.time_zone) == (gift.pk, day, "Europe/Berlin")
    assert kept.recipient is not None
    assert kept.recipient.contact() is not None
    words = kept.words()
    assert words is not None
    assert (words.message, words.sender_name, words.recipient_mail) == (
        EVA.message,
        EVA.sender_name,
        "",
    )
    assert history(issued.id) == ["issue", "set_gift"]


def test_nobody_reads_a_gift_in_the_database(issued: Issued) -> None:
    give(issued.id)

    everything = str(rows())
    for secret in ("Otter", "Merry", "Grandma", "eva@example.com"):
        assert secret not in everything


def test_setting_it_again_changes_nothing(issued: Issued) -> None:
    day = in_days(3)
    first = give(issued.id, send_at=day)
    with unchanged():
        assert give(issued.id, send_at=day).pk == first.pk


def test_sent_now_twice_is_one_gift_also_after_its_mail_left(issued: Issued) -> None:
    first = give(issued.id)
    settle()
    with unchanged():
        assert give(issued.id).pk == first.pk


def test_it_is_changed_until_it_is_sent(issued: Issued) -> None:
    first = give(issued.id, send_at=in_days(3))
    second = give(issued.id, replace(EVA, message="Happy Easter"), send_at=in_days(4))

    first.refresh_from_db()
    assert (first.ended_because, second.ended_at) == (GiftEnd.CHANGED, None)
    settle()
    mails = Delivery.objects.filter(kind=DeliveryKind.GIFT)
    assert mails.get(gift=second).due_at == second.send_at


def test_what_was_sent_is_not_changed(issued: Issued) -> None:
    give(issued.id)
    settle()
    with refused(GiftAlreadySent):
        give(issued.id, replace(EVA, message="Happy Easter"))


def test_what_came_back_is_given_with_a_new_code(issued: Issued, at: datetime) -> None:
    """The code that works again is not kept readable: no mail could carry it."""
    withdraw(issued.id)
    reinstate(entitlement_id=issued.id, by=OPERATOR, at=at, reason="mistake")

    give(issued.id)

    [message] = sent_to("eva@example.com")
    [code] = read_issued(issued.purchase).codes
    assert display(code) in message.body
    assert code != issued.code


def test_a_code_that_was_made_for_a_gift_goes_to_the_buyer_when_it_is_called_off(
    issued: Issued, at: datetime
) -> None:
    withdraw(issued.id)
    reinstate(entitlement_id=issued.id, by=OPERATOR, at=at, reason="mistake")
    give(issued.id, send_at=in_days(3))

    cancel_gift(entitlement_id=issued.id, by=GIVER, at=at)

    assert sent_to("eva@example.com") == []
    [code] = read_issued(issued.purchase).codes
    assert display(code) in sent_to("ann.buyer@example.com")[-1].body


def test_a_card_becomes_a_mail_and_a_mail_a_card(issued: Issued) -> None:
    give(issued.id, replace(EVA, recipient_mail=""))
    settle()
    assert not Delivery.objects.filter(kind=DeliveryKind.GIFT).exists()

    give(issued.id, send_at=in_days(2))
    card = give(issued.id, replace(EVA, recipient_mail=""))
    assert card.recipient is None
    assert issued.entitlement().codes.count() == 1


def test_an_hour_that_has_passed_today_is_now_and_a_day_that_is_over_refused(
    issued: Issued, at: datetime
) -> None:
    noon = at.replace(hour=12, minute=0)
    with refused(GiftDateInvalid):
        give(issued.id, send_at=noon - timedelta(days=1), at=noon)
    gift = give(issued.id, send_at=noon - timedelta(hours=1), at=noon)
    assert gift.send_at == noon


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"send_at": in_days(400)}, "too_late"),
        ({"time_zone": "Mars/Olympus"}, "zone"),
        ({"time_zone": "../etc/passwd"}, "zone"),
        ({"time_zone": ""}, "zone"),
    ],
)
def test_refuses_a_time_that_makes_no_sense(
    issued: Issued, options: dict[str, object], kind: str
) -> None:
    with unchanged(), pytest.raises(GiftDateInvalid) as refusal:
        give(issued.id, **options)
    assert refusal.value.kind == kind


def test_refuses_a_day_after_the_end(issued: Issued) -> None:
    end(issued.id, in_days(2))
    with refused(GiftDateInvalid):
        give(issued.id, send_at=in_days(3))


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (replace(EVA, recipient_mail="eva at example"), MailInvalid),
        (replace(EVA, message="x" * 1_001), GiftTextTooLong),
        (replace(EVA, recipient_name="x" * 101), GiftTextTooLong),
        (replace(EVA, sender_name="x" * 101), GiftTextTooLong),
    ],
)
def test_refuses_words_nobody_can_use(issued: Issued, words: GiftWords, error: type) -> None:
    with refused(error):
        give(issued.id, words)


def test_refuses_what_cannot_be_given(issued: Issued, ana: Assignee) -> None:
    with refused(NotFound):
        give(uuid4())
    with refused(ReasonMissing):
        give(issued.id, by=OPERATOR)
    with refused(NotAMember):
        give(issued.id, partner_id=uuid4())
    minted, _ = mint(issued.entitlement().product)
    with refused(IllegalMove):
        give(minted)

    suspend(issued.id)
    with refused(EntitlementOnHold):
        give(issued.id)


def test_refuses_what_is_over_used_reserved_or_withdrawn(ana: Assignee) -> None:
    over, used, kept, gone = (issue_one() for _ in range(4))
    end(over.id)
    use(used, ana)
    reserve(kept.id, account_id=ana.account_id, until=in_days(1))
    withdraw(gone.id)

    with refused(EntitlementExpired):
        give(over.id)
    for issued in (used, kept, gone):
        with refused(IllegalMove):
            give(issued.id)


def test_nobody_mails_the_whole_world_with_one_entitlement(issued: Issued) -> None:
    for number in range(20):
        words = replace(EVA, recipient_mail=f"p{number}@example.com")
        give(issued.id, words, send_at=in_days(3))
    with refused(TooManyGiftMails):
        give(issued.id, send_at=in_days(3))
    give(issued.id, send_at=in_days(3), by=OPERATOR, reason="customer_asked")


def test_a_bound_gift_is_its_recipients_alone(ana: Assignee, at: datetime) -> None:
    issued, eva = issue_one(terms=BOUND), make_assignee("eva@example.com")
    give(issued.id)

    with refused(EntitlementBound):
        redeem(code=issued.code, to=ana, by=customer(ana), at=at, origin=ORIGIN)
    redeem(code=issued.code, to=eva, by=customer(eva), at=at, origin=ORIGIN)
    assert Gift.objects.get().ended_because == GiftEnd.CLAIMED


def test_a_card_binds_nobody(ana: Assignee) -> None:
    issued = issue_one(terms=BOUND)
    give(issued.id)
    give(issued.id, replace(EVA, recipient_mail=""))
    use(issued, ana)


def test_claiming_closes_a_gift_and_withdrawing_does(issued: Issued, ana: Assignee) -> None:
    give(issued.id)
    use(issued, ana)
    assert Gift.objects.get().ended_because == GiftEnd.CLAIMED

    other = issue_one()
    give(other.id)
    revoke(entitlement_ids=[other.id], by=OPERATOR, at=in_days(0), reason="mistake")
    gift = Gift.objects.get(entitlement=other.id)
    assert (gift.ended_because, gift.ended_at is None) == (GiftEnd.WITHDRAWN, False)


def test_the_ledger_names_the_gift_and_nobody(issued: Issued) -> None:
    gift = give(issued.id, send_at=in_days(1))

    entry = Entry.objects.get(act_name="set_gift")
    assert entry.data == {"gift": str(gift.pk), "send_at": gift.send_at.isoformat()}


def test_extending_does_not_touch_a_gift(issued: Issued, at: datetime) -> None:
    give(issued.id, send_at=in_days(1))
    extend(entitlement_id=issued.id, until=None, by=OPERATOR, at=at, reason="goodwill")
    assert Gift.objects.get().ended_at is None
