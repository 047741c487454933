"""Whatever support is asked is answered in at most two interactions from the start page."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import uuid4

import pytest
from django.test import Client

from counterfoil.effects.settling import settle
from counterfoil.errors import CodeAlreadyUsed
from counterfoil.intake.presenting import present
from counterfoil.models import Delivery
from counterfoil.models.ids import handle_of
from counterfoil.operations.annotate import annotate
from counterfoil.operations.grant import grant
from counterfoil.operations.open_partner import open_partner
from counterfoil.operations.record_bounce import record_bounce
from counterfoil.rules.bounces import BounceKind
from counterfoil.rules.codes import display
from counterfoil.rules.grants import GrantCategory
from counterfoil.testing.builders import OPERATOR, ORIGIN, customer, issue_one, make_assignee, now
from tests.browsing import Visit, Visiting
from tests.console.conftest import make_staff
from tests.queries.builders import live_a_life

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody pastes, what they read then, and the picture of it."""

    paste: str
    reads: tuple[str, ...]
    picture: str = ""
    second: str = ""


def enter(visiting: Visiting, role: str, **options: object) -> Visit:
    """Give the browser of somebody who has signed in, at the start page."""
    client = Client()
    client.force_login(make_staff(role, username=f"{role}-{len(options)}"))
    staff = visiting(**options)
    cookie = client.cookies["sessionid"].value
    staff.context.add_cookies([{"name": "sessionid", "value": cookie, "url": staff.site}])
    return staff


def scene() -> Mapping[str, Asked]:
    """Let something happen that people ask about, and say what they would paste."""
    issued = live_a_life().issued
    carl = make_assignee("carl@example.com")
    signed_in = replace(ORIGIN, surface="claim", account_id=carl.account_id)
    with pytest.raises(CodeAlreadyUsed):
        present(code=issued.codes[0], to=carl, origin=signed_in, by=customer(carl), at=now())
    lost = issue_one(reference="CF-2026-0108")
    settle()
    mail = Delivery.objects.get(purchase=lost.purchase)
    record_bounce(
        delivery_id=mail.pk, kind=BounceKind.HARD, description="550 5.1.1", by=OPERATOR, at=now()
    )
    annotate(
        text="Called, and spells the address with two t.",
        reference="ZD-48213",
        purchase_id=lost.purchase.pk,
        by=OPERATOR,
        at=now(),
    )
    open_partner(slug="paws-and-co", name="Paws & Co", by=OPERATOR, at=now())
    grant(
        request_id=uuid4(),
        product=issued.entitlement().product,
        quantity=1,
        category=GrantCategory.CUSTOMER_SERVICE,
        reason="The kit was lost in the mail",
        reference="ZD-48300",
        by=OPERATOR,
        at=now(),
    )
    ben, ending = issued.codes[0], lost.codes[0][-4:]
    return {
        "Was a code issued for this order?": Asked(
            "CF-2026-0107", ("Yes: 3 entitlements, through Shop.",), "support-order"
        ),
        "Was it delivered, where, when, did it bounce?": Asked(
            "pi_CF-2026-0108",
            ("Codes to a•••@example.com bounced (hard 5.1.1).", "The mail did not arrive."),
            "support-bounced",
        ),
        "Has it been redeemed, by whom, for which subject?": Asked(
            display(ben).lower().replace("-", " "),
            ("Yes, by b•••@example.com for Miso.",),
            "support-redeemed",
        ),
        "Why did the customer's attempt fail?": Asked(
            "carl@example.com", ("already used by somebody else",)
        ),
        "Is it expired, held, refunded, replaced, by whom and why?": Asked(
            handle_of(issued.entitlement_ids[1]),
            ("The code was replaced by Olga Operator: the code was lost", "On hold (dispute dp_1)"),
            "support-changed",
        ),
        "Can it be reissued?": Asked(f"{ending} ann.buyer@example.com", ("It can be issued anew",)),
        "Which order is the ticket about?": Asked("ZD-48213", ("with two t",)),
        "What is Miso's?": Asked("miso", ("for Miso",)),
        "What does the partner have?": Asked("Paws & Co", ("Paws & Co",)),
        "Why does this exist without a sale, and who issued it?": Asked(
            "ZD-48300",
            ("without a sale: by Olga Operator as customer service. Reason: The kit was lost",),
            "support-granted",
        ),
    }


def test_every_question_is_answered_in_at_most_two_interactions(visiting: Visiting) -> None:
    asked = scene()
    staff = enter(visiting, "Support 2", viewport={"width": 1024, "height": 620})

    for one in asked.values():
        staff.page.goto("/console/")
        staff.page.locator("[data-search]").fill(one.paste)  # where the cursor is
        staff.enter()  # the first interaction
        if one.second:
            staff.follow(one.second)
        for text in one.reads:
            staff.page.get_by_text(text).first.wait_for()
        if one.picture:
            staff.picture(one.picture, whole=False)

    _a_note_and_an_address(staff)
    _on_a_phone(enter(visiting, "Support 1", color_scheme="dark"))
    assert not [url for url in staff.addresses if code_pasted(asked) in url.upper()]


def _a_note_and_an_address(staff: Visit) -> None:
    """Write down what was said on the phone, and read an address for a reason."""
    staff.page.goto("/console/")
    staff.page.locator("[data-search]").fill("where is order CF-2026-0108, says Ann?")
    staff.enter()
    staff.unfold("Write a note")
    staff.page.get_by_label("Note", exact=True).fill("Paid with 4242 4242 4242 4242, she says.")
    staff.press("Keep the note")
    staff.says("[card ending 4242], she says.")
    staff.page.locator("#notes").scroll_into_view_if_needed()
    staff.follow("Show in full")
    staff.page.get_by_label("Reason").select_option("mail_not_received")
    staff.is_accessible()
    staff.press("Show the address")
    staff.says("ann.buyer@example.com")
    staff.picture("support-address", whole=False)


def _on_a_phone(staff: Visit) -> None:
    """Do the same on a phone in the dark, with a name that leads to several things."""
    staff.page.goto("/console/")
    staff.page.locator("[data-search]").fill("ann.buyer@example.com")
    staff.enter()
    staff.shows("matches")
    staff.picture("support-search-phone", whole=False)
    staff.follow("Dog DNA test (DNA-STD)")
    staff.says("In short")
    staff.picture("support-phone-dark", whole=False)


def code_pasted(asked: Mapping[str, Asked]) -> str:
    """Give the code that was pasted."""
    pasted = asked["Has it been redeemed, by whom, for which subject?"].paste
    return pasted.replace(" ", "").upper()
