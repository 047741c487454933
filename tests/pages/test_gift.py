"""The page of a gift: its giver's only, and every button does what it says once."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from counterfoil.effects.settling import settle
from counterfoil.models import Cart, Delivery, Entry, Gift, GiftEnd, GiftWords
from counterfoil.models.ids import handle_of
from counterfoil.operations.cancel_gift import cancel_gift
from counterfoil.operations.redeem import redeem
from counterfoil.pages import card
from counterfoil.queries.gifts import may_give
from counterfoil.testing.builders import (
    ORIGIN,
    Issued,
    customer,
    issue_one,
    make_account,
    make_assignee,
    make_connection,
    make_product,
    now,
)
from tests.giving import BOUND, EVA, GIVER, give, in_days, sent_to, token_in
from tests.pages.visits import enter, inspect_link, sign_in, text
from tests.records import unchanged
from tests.scenes import suspend, use

pytestmark = pytest.mark.django_db
ANN = "ann.buyer@example.com"
FILLED = {
    "do": "set",
    "how": "now",
    "recipient_mail": "eva@example.com",
    "recipient_name": "Eva Otter",
    "message": "Merry Christmas",
    "sender_name": "Grandma Ann",
    "zone": "Europe/Berlin",
}


@pytest.fixture
def issued() -> Issued:
    return issue_one()


@pytest.fixture
def buyer(client: Client) -> Client:
    sign_in(client, make_account(ANN))
    return client


def where(issued: Issued) -> str:
    return reverse("counterfoil:gift", args=[issued.entitlement().handle])


def day(days: int) -> str:
    return in_days(days).date().isoformat()


def ask(client: Client, issued: Issued, **answers: str) -> Any:
    return client.post(where(issued), FILLED | answers)


def test_strangers_prove_their_address_first_and_others_find_nothing(
    client: Client, issued: Issued
) -> None:
    asked = client.get(where(issued))
    assert asked.status_code == 302
    assert "/sign-in/?next=%2Fmy%2Fent_" in asked["Location"]
    sign_in(client, make_account("bob@example.com"))
    with unchanged():
        assert client.get(where(issued)).status_code == 404
        assert ask(client, issued).status_code == 404


def test_a_gift_is_set_sent_and_told_of(buyer: Client, issued: Issued) -> None:
    assert "By e-mail, now" in text(buyer.get(where(issued)))
    done = ask(buyer, issued)
    assert (done.status_code, done["Location"]) == (302, where(issued))
    assert "Your gift is on its way" in text(buyer.get(where(issued)))
    [sent] = sent_to("eva@example.com")
    assert "Grandma Ann" in sent.subject
    page = text(buyer.get(where(issued)))
    assert "Your gift was sent" in page
    assert "eva@example.com" in page


def test_pressed_twice_it_is_one_gift_and_one_mail(buyer: Client, issued: Issued) -> None:
    ask(buyer, issued)
    ask(buyer, issued)
    settle()
    ask(buyer, issued)
    assert Gift.objects.count() == 1
    assert len(sent_to("eva@example.com")) == 1


def test_a_day_is_meant_in_its_zone(buyer: Client, issued: Issued) -> None:
    ask(buyer, issued, how="later", day=day(9), hour="08:30", zone="Asia/Tokyo")
    gift = Gift.objects.get()
    assert f"{gift.send_at:%H:%M}" == "23:30"
    page = text(buyer.get(where(issued)))
    assert "Your gift waits for its day" in page
    assert "(Tokyo)" in page
    changed = text(buyer.get(f"{where(issued)}?change"))
    assert 'value="08:30"' in changed
    assert '<option value="Asia/Tokyo" selected>' in changed


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"recipient_mail": ""}, "Where shall we send it?"),
        ({"recipient_mail": "eva at example"}, "This does not look like an address"),
        ({"how": "later", "day": "2020-01-01"}, "This day is over"),
        ({"how": "later", "day": "2999-01-01"}, "That is too late"),
        ({"how": "later", "day": "soon"}, "Choose a day"),
        ({"how": "later", "day": ""}, "Choose a day"),
        ({"how": "later", "day": "2026-13-45"}, "Choose a day"),
        ({"how": "later", "day": day(2), "hour": "25:99"}, "Choose a time"),
        ({"zone": "Mars/Olympus"}, "Choose one of these time zones"),
        ({"how": "by pigeon"}, "Choose one of these."),
        ({"message": "x" * 1001}, "This is too long: 1000 characters fit."),
        ({"sender_name": "x" * 101}, "This is too long: 100 characters fit."),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_lost(
    buyer: Client, issued: Issued, wrong: dict[str, str], told: str
) -> None:
    with unchanged():
        answer = ask(buyer, issued, **wrong)
    assert answer.status_code == 422
    page = text(answer)
    assert told in page
    assert "Merry Christmas" in page or "message" in wrong


def test_a_hidden_sender_is_kept_nowhere(buyer: Client, issued: Issued) -> None:
    ask(buyer, issued, hides_sender="on")
    [sent] = sent_to("eva@example.com")
    assert "Grandma" not in str(sent.message())
    shown = text(inspect_link(Client(), token_in(sent)))
    assert "Grandma" not in shown
    assert ANN not in shown
    assert "Merry Christmas" in shown


def test_it_is_called_off_before_it_is_sent(buyer: Client, issued: Issued) -> None:
    ask(buyer, issued, how="later", day=day(3))
    buyer.post(where(issued), {"do": "cancel"})
    with unchanged():
        buyer.post(where(issued), {"do": "cancel"})
    assert Gift.objects.get().ended_because == GiftEnd.CANCELLED
    assert "Give it away" in text(buyer.get(where(issued)))


def test_a_wrong_address_is_corrected_and_the_old_link_dies(buyer: Client, issued: Issued) -> None:
    ask(buyer, issued)
    old = token_in(sent_to("eva@example.com")[-1])
    settle()
    Delivery.objects.filter(kind="gift").update(bounced_at=now())
    assert "Your gift did not arrive" in text(buyer.get(where(issued)))

    wrong = buyer.post(where(issued), {"do": "correct", "recipient_mail": "eve at example"})
    assert wrong.status_code == 422
    assert "eve at example" in text(wrong)
    buyer.post(where(issued), {"do": "correct", "recipient_mail": "eve@example.com"})
    assert len(sent_to("eve@example.com")) == 1
    assert inspect_link(Client(), old).status_code == 422


def test_it_is_sent_again(buyer: Client, issued: Issued) -> None:
    ask(buyer, issued)
    settle()
    buyer.post(where(issued), {"do": "again"})
    assert len(sent_to("eva@example.com")) == 2


def test_the_back_button_after_it_was_claimed_changes_nothing(
    buyer: Client, issued: Issued
) -> None:
    ask(buyer, issued)
    settle()
    use(issued, make_assignee())
    for act in ("set", "cancel", "correct", "again"):
        with unchanged():
            answer = ask(buyer, issued, do=act, recipient_mail="x@example.com")
        assert answer.status_code == 409
        assert "Your gift was claimed" in text(answer)
        assert "claimed with another address" in text(answer)


def test_what_cannot_be_given_says_so(buyer: Client, issued: Issued) -> None:
    suspend(issued.id)
    assert "suspended for the moment" in text(buyer.get(where(issued)))
    with unchanged():
        assert ask(buyer, issued).status_code == 409


def test_an_act_that_there_is_not_is_not_found(buyer: Client, issued: Issued) -> None:
    with unchanged():
        assert ask(buyer, issued, do="steal").status_code == 404


def test_the_card_shows_the_code_on_pressing_and_not_on_looking(
    buyer: Client, issued: Issued
) -> None:
    ask(buyer, issued, how="card")
    at = reverse("counterfoil:gift-card", args=[issued.entitlement().handle])
    with unchanged():
        assert buyer.get(at)["Location"] == where(issued)
    shown = buyer.post(at)
    page = text(shown)
    groups = [issued.code[start : start + 4] for start in range(0, 16, 4)]
    whole = "<wbr>".join(f'<span class="code-group">{group}</span>' for group in groups)
    assert whole in page  # the style puts the hyphens: one, on paper too
    assert "Merry Christmas" in page
    assert "Eva Otter" in page
    assert shown["Cache-Control"] == "no-store"
    assert Entry.objects.filter(act_name="reveal_code").count() == 1


@pytest.mark.skipif(not card.HAS_PDF, reason="WeasyPrint is not there")
def test_the_card_is_a_pdf_of_one_a5_page(buyer: Client, issued: Issued) -> None:
    ask(buyer, issued, how="card")
    at = reverse("counterfoil:gift-card", args=[issued.entitlement().handle])
    made = buyer.post(at, {"pdf": "1"})
    assert made["Content-Type"] == "application/pdf"
    assert made.content.startswith(b"%PDF")
    assert made.content.count(b"/Type /Page\n") + made.content.count(b"/Type /Page/") <= 1


@pytest.fixture
def checkout(client: Client, settings: Settings) -> tuple[Client, Cart, str]:
    """Buy one with the test payment, in this browser."""
    make_connection(make_product(), slug="test", channel="native")
    client.post(
        "/checkout/",
        {"quantity_DNA-STD": "1", "email": "ann@example.com", "connection": "test"},
    )
    cart = Cart.objects.get()
    client.post(reverse("counterfoil:test-payment", args=[cart.pk]), {"outcome": "pay"})
    client.post(reverse("counterfoil:thanks-check", args=[cart.pk]))
    page = text(client.get(reverse("counterfoil:thanks", args=[cart.pk])))
    handle = page.partition(f"/checkout/{cart.pk}/gift/")[2].partition("/")[0]
    return client, cart, handle


def test_the_browser_that_paid_gives_it_away_without_signing_in(
    checkout: tuple[Client, Cart, str],
) -> None:
    client, cart, handle = checkout
    at = reverse("counterfoil:gift-of-cart", args=[cart.pk, handle])
    assert client.get(at).status_code == 200
    assert client.post(at, FILLED)["Location"] == at
    assert len(sent_to("eva@example.com")) == 1
    assert Gift.objects.get().giver is not None
    thanks = text(client.get(reverse("counterfoil:thanks", args=[cart.pk])))
    assert "This goes to" in thanks
    assert "code-group" not in thanks
    [told] = sent_to("ann@example.com")
    assert "Your gift is on its way" in told.body


def test_no_other_browser_and_no_other_thing(checkout: tuple[Client, Cart, str]) -> None:
    client, cart, handle = checkout
    at = reverse("counterfoil:gift-of-cart", args=[cart.pk, handle])
    with unchanged():
        asked = Client().post(at, FILLED)
        assert asked["Location"].startswith("/sign-in/?next=%2Fmy%2F")
        nobody = reverse("counterfoil:gift-of-cart", args=[uuid4(), handle])
        assert client.post(nobody, FILLED).status_code == 302
        assert client.post(at.replace(handle, handle_of(uuid4())), FILLED).status_code == 302


def test_after_its_time_the_guest_proves_the_address(
    checkout: tuple[Client, Cart, str], settings: Settings
) -> None:
    client, cart, handle = checkout
    settings.COUNTERFOIL_CODES_SHOWN_MINUTES = 0
    at = reverse("counterfoil:gift-of-cart", args=[cart.pk, handle])
    with unchanged():
        assert client.post(at, FILLED)["Location"].startswith("/sign-in/")
    sign_in(client, make_account("ann@example.com"))
    assert client.get(reverse("counterfoil:gift", args=[handle])).status_code == 200


def test_whoever_opens_the_link_sees_from_whom_it_is(issued: Issued) -> None:
    give(issued.id)
    [sent] = sent_to("eva@example.com")
    with unchanged():
        page = text(inspect_link(Client(), token_in(sent)))
    assert "A present from Grandma Ann" in page
    assert EVA.message in page
    assert Gift.objects.get().opened_at is None


def test_only_whoever_proved_an_address_opens_it(client: Client, issued: Issued) -> None:
    give(issued.id)
    [sent] = sent_to("eva@example.com")
    sign_in(client, make_account("eva@example.com"))
    inspect_link(client, token_in(sent))
    assert Gift.objects.get().opened_at is not None
    settle(at=now() + timedelta(minutes=6))
    assert any("opened" in one.subject for one in mail.outbox)


def test_a_message_is_shown_as_text(issued: Issued) -> None:
    give(issued.id, GiftWords(recipient_mail="eva@example.com", message="<script>1</script>"))
    [sent] = sent_to("eva@example.com")
    page = text(inspect_link(Client(), token_in(sent)))
    assert "<script>1" not in page
    assert "&lt;script&gt;1" in page


def test_a_bound_gift_tells_whoever_holds_its_code_why_they_cannot_claim_it(
    client: Client,
) -> None:
    issued = issue_one(terms=BOUND)
    give(issued.id)
    sign_in(client, make_account("bob@example.com"))
    answer = enter(client, issued.code)
    assert answer.status_code == 422
    assert "This is for somebody else&#x27;s address" in text(answer)
    eva = make_assignee("eva@example.com")
    redeem(code=issued.code, to=eva, by=customer(eva), at=now(), origin=ORIGIN)
    assert "somebody else&#x27;s address" not in text(enter(client, issued.code))


def test_who_gave_it_once_does_not_see_to_whom_its_buyer_gives_it() -> None:
    """Somebody signed in where it was paid, for instance: the buyer called that gift off."""
    issued = issue_one()
    helper = make_account("helper@example.com")
    give(issued.id, giver_id=helper.person_id)
    assert may_give(issued.id, helper)

    cancel_gift(entitlement_id=issued.id, by=GIVER, at=now())
    give(issued.id)

    assert not may_give(issued.id, helper)
    client = Client()
    sign_in(client, helper)
    assert client.get(f"/my/{issued.entitlement().handle}/gift/").status_code == 404
