"""An auditor asks who did what and whether that is all; a list of grants takes two people."""

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client

from counterfoil.effects.settling import settle
from counterfoil.jobs.running import work_jobs
from counterfoil.models import Entitlement
from counterfoil.operations.revoke import revoke
from counterfoil.rules.people import Actor, ActorKind
from counterfoil.testing.builders import issue_many, issue_one, make_product, now
from tests.browsing import DESK, Visit, Visiting
from tests.console.conftest import make_staff

pytestmark = pytest.mark.django_db(transaction=True)


def let_in(visit: Visit, user: User) -> Visit:
    """Sign somebody in without the page for it, which has tests of its own."""
    client = Client()
    client.force_login(user)
    name = django_settings.SESSION_COOKIE_NAME
    value = client.cookies[name].value
    visit.context.add_cookies([{"name": name, "value": value, "url": visit.site}])
    return visit


def as_actor(user: User, case: str = "") -> Actor:
    name = user.get_full_name()
    return Actor(kind=ActorKind.OPERATOR, id=str(user.pk), display=name, case=case)


def test_an_auditor_sees_everything_one_did_and_that_the_ledger_is_whole(
    visiting: Visiting,
) -> None:
    mara = make_staff("Support 2", username="mara")
    stolen, many = issue_one(), issue_many(12)
    comment = "Seen for sale on a market place"
    units = [stolen.entitlement().pk]
    revoke(
        entitlement_ids=units,
        reason="fraud",
        comment=comment,
        by=as_actor(mara, "T-2041"),
        at=now(),
    )
    units = [one.pk for one in many.purchase.entitlements.all()]
    revoke(entitlement_ids=units, reason="duplicate", by=as_actor(mara), at=now())
    settle()
    auditor = let_in(visiting(viewport=DESK), make_staff("Auditor"))

    auditor.page.goto("/console/")
    auditor.follow("Ledger")
    auditor.shows("Ledger")
    auditor.picture("audit-ledger")
    auditor.follow("Mara Support 2")
    auditor.shows("Everything Mara Support 2 did")
    auditor.picture("audit-operator")
    auditor.follow("Is it whole?")
    auditor.press("Verify the ledger now")
    work_jobs()
    auditor.page.goto("/console/ledger/chain/")
    auditor.says("links were whole")
    auditor.picture("audit-chain")

    phone = let_in(visiting(color_scheme="dark"), User.objects.get(username="auditor"))
    phone.page.goto(f"/console/ledger/?who={mara.pk}")
    phone.picture("audit-operator-phone")
    phone.page.goto("/console/ledger/chain/")
    phone.picture("audit-chain-phone")


def test_a_list_is_judged_and_given_once_somebody_else_has_approved_it(visiting: Visiting) -> None:
    make_product()
    support = let_in(visiting(viewport=DESK), make_staff("Support 2", username="mara"))
    boss = let_in(visiting(color_scheme="dark"), make_staff("Operations", username="bert"))
    rows = "".join(f"member{number}@example.com,7\n" for number in range(3))

    support.page.goto("/console/grant/")
    support.picture("grant-alone")
    support.follow("Grant to a list")
    support.fill("Or paste the rows", f"email,quantity\n{rows}nobody,1\n")
    support.page.get_by_label("Product").select_option("DNA-STD")
    support.page.get_by_label("Category").select_option("customer_service")
    support.page.get_by_label("It is about").select_option("case")
    support.fill("Its number, or the address of the account", "T-2041")
    support.fill("Reason", "The club's kits were lost in the post")
    support.picture("grant-list-new")
    support.press("Judge the rows")
    support.says("1 row is not good")
    support.picture("grant-list-judged", whole=False)
    support.press("Ask a second person for the 3 good rows")
    support.says("waits for a second person")

    boss.page.goto("/console/approvals/")
    boss.picture("grant-approvals")
    boss.follow("List of grants")
    boss.picture("grant-list-approval")
    boss.press("Approve")
    boss.says("Approved, and done.")
    work_jobs()
    settle()

    boss.follow("Look at its rows")
    boss.picture("grant-list-done", whole=False)
    support.page.goto("/console/grants/")
    support.picture("grants")
    assert Entitlement.objects.count() == 21
    boss.is_accessible()
