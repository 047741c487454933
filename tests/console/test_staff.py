"""Letting colleagues in, giving them roles, and locking them out, without a developer."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone
from tests.console.conftest import PASSWORD, SignedIn, make_staff

from counterfoil.errors import LastOwner
from counterfoil.models import AuditEntry, SecondFactor
from counterfoil.operations.begin_second_factor import begin_second_factor
from counterfoil.operations.change_staff_roles import change_staff_roles
from counterfoil.operations.lock_out_staff import lock_out_staff
from counterfoil.rules.people import Actor, ActorKind
from counterfoil.rules.permissions import ROLES, SINGLE, Permission, conflict_in

pytestmark = pytest.mark.django_db
NEW = "/console/staff/-/let-in/"


@pytest.fixture
def owner(signed_in: SignedIn) -> Client:
    for name in ROLES:
        Group.objects.get_or_create(name=name)
    return signed_in("Owner")


def let_in(client: Client, **more: Any) -> Any:
    form = {"username": "nora", "first_name": "Nora", "last_name": "New", "role": ["Support 1"]}
    return client.post(NEW, form | more)


def state_of(user: User) -> tuple[Any, ...]:
    user.refresh_from_db()
    groups = tuple(user.groups.order_by("name").values_list("name", flat=True))
    return user.is_active, user.password, groups, user.user_permissions.count()


def test_the_address_of_a_colleague_is_for_whoever_manages_staff(
    owner: Client, signed_in: SignedIn
) -> None:
    let_in(owner, mail="nora@example.org")
    there = f"/console/staff/{User.objects.get(username='nora').pk}/"

    assert "nora@example.org" in owner.get(there).content.decode()
    assert "nora@example.org" not in signed_in("Support 1").get(there).content.decode()


def test_why_somebody_is_locked_out_is_kept_without_what_is_nobodys_business(
    owner: Client,
) -> None:
    let_in(owner)
    user = User.objects.get(username="nora")

    owner.post(f"/console/staff/{user.pk}/lock-out/", {"reason": "wrote ann@example.org"})

    assert AuditEntry.objects.get(act="staff_locked_out").data["reason"] == "wrote a•••@example.org"


def test_somebody_is_let_in_with_a_password_that_is_shown_once(owner: Client) -> None:
    told = let_in(owner)

    user = User.objects.get(username="nora")
    assert user.check_password(told.context["password"])
    assert user.is_staff
    assert not user.is_superuser
    assert list(user.groups.values_list("name", flat=True)) == ["Support 1"]
    page = owner.get(f"/console/staff/{user.pk}/")
    assert told.context["password"] not in page.content.decode()
    entry = AuditEntry.objects.get(act="staff_let_in")
    assert entry.data == {"roles": ["Support 1"], "singles": []}
    assert told.context["password"] not in str(entry.data)


@pytest.mark.parametrize(
    "wrong",
    [
        {"username": ""},
        {"username": "with spaces in it"},
        {"username": "MARA"},
        {"mail": "no address"},
        {"role": ["Superhero"]},
        {"single": ["revoke"]},
        {"role": ["Support 2", "Operations"]},
        {"role": ["Operations"], "single": ["export_codes"]},
    ],
)
def test_a_refusal_lets_nobody_in(owner: Client, wrong: dict[str, Any]) -> None:
    User.objects.create_user("mara", is_staff=True)
    before = User.objects.count()

    told = let_in(owner, **wrong)

    assert told.status_code == 422
    assert told.context["errors"]["form"]
    assert User.objects.count() == before
    assert not AuditEntry.objects.exists()


def test_roles_are_changed_and_groups_of_the_host_stay(owner: Client) -> None:
    user = make_staff("Nothing")
    user.groups.add(Group.objects.create(name="Choir"), Group.objects.get(name="Support 1"))

    owner.post(
        f"/console/staff/{user.pk}/roles/", {"role": ["Finance"], "single": ["export_codes"]}
    )

    assert state_of(user)[2] == ("Choir", "Finance")
    assert User.objects.get(pk=user.pk).has_perm("counterfoil.export_codes")
    entry = AuditEntry.objects.get(act="staff_roles_changed")
    assert entry.data["before"]["roles"] == ["Support 1"]
    assert entry.data["after"] == {"roles": ["Finance"], "singles": ["export_codes"]}


@pytest.mark.parametrize("what", ["roles", "lock-out", "factor", "first-password"])
def test_nobody_changes_their_own_access(owner: Client, what: str) -> None:
    myself = User.objects.get(username="owner")
    before = state_of(myself)

    form = {"role": ["Support 2"], "reason": "because"}
    assert owner.post(f"/console/staff/{myself.pk}/{what}/", form).status_code == 422

    assert state_of(myself) == before
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("what", ["roles", "lock-out", "factor", "first-password"])
def test_who_may_do_everything_is_changed_by_such_a_colleague_only(
    owner: Client, what: str
) -> None:
    boss = User.objects.create_superuser("boss")
    before = state_of(boss)

    form = {"role": ["Support 2"], "reason": "because"}
    assert owner.post(f"/console/staff/{boss.pk}/{what}/", form).status_code == 422

    assert state_of(boss) == before


def test_the_last_who_may_manage_staff_stays(owner: Client) -> None:
    """Two take the role from each other at once: the second finds nobody left, and is refused."""
    other = make_staff("Nothing", username="other")
    other.groups.add(Group.objects.get(name="Owner"))
    gone = Actor(kind=ActorKind.OPERATOR, id="0")
    User.objects.get(username="owner").user_permissions.clear()
    before = state_of(other)

    with pytest.raises(LastOwner):
        change_staff_roles(user_id=other.pk, roles=["Auditor"], by=gone, at=timezone.now())
    with pytest.raises(LastOwner):
        lock_out_staff(user_id=other.pk, reason="left", by=gone, at=timezone.now())

    assert state_of(other) == before
    assert not AuditEntry.objects.exists()


def test_a_lock_out_ends_everything_at_once_and_can_be_taken_back(owner: Client) -> None:
    user, there = make_staff("Support 2"), Client()
    there.post("/console/sign-in/", {"username": "support-2", "password": PASSWORD})
    where = f"/console/staff/{user.pk}"

    assert owner.post(f"{where}/lock-out/", {"reason": " "}).status_code == 422
    assert there.get("/console/").status_code == 200
    owner.post(f"{where}/lock-out/", {"reason": "left the company"})

    assert there.get("/console/").status_code == 302
    signing_in = {"username": "support-2", "password": PASSWORD}
    assert Client().post("/console/sign-in/", signing_in).status_code == 403
    told = owner.post(f"{where}/first-password/")
    first = {"username": "support-2", "password": told.context["password"]}
    assert Client().post("/console/sign-in/", first)["Location"] == "/console/sign-in/password/"
    acts = set(AuditEntry.objects.values_list("act", flat=True))
    assert acts == {"staff_locked_out", "staff_let_back_in"}


def test_a_lost_authenticator_is_taken_away_for_a_reason(owner: Client) -> None:
    user = make_staff("Support 2")
    boss = Actor(kind=ActorKind.OPERATOR, id="0")
    begin_second_factor(user_id=user.pk, by=boss, at=timezone.now())
    SecondFactor.objects.update(confirmed_at=timezone.now())
    where = f"/console/staff/{user.pk}/factor/"

    assert owner.post(where, {"reason": ""}).status_code == 422
    assert SecondFactor.objects.exists()
    owner.post(where, {"reason": "phone lost, called back"})

    assert not SecondFactor.objects.exists()
    assert AuditEntry.objects.get().data["reason"] == "phone lost, called back"


def test_colleagues_are_seen_by_all_and_changed_by_few(signed_in: SignedIn) -> None:
    user = make_staff("Support 2")
    auditor = signed_in("Auditor")

    assert auditor.get("/console/staff/").status_code == 200
    page = auditor.get(f"/console/staff/{user.pk}/")
    assert page.context["may_manage"] is False
    assert b"Lock out" not in page.content
    assert auditor.get("/console/staff/9999999/").status_code == 404


def test_no_shipped_role_conflicts_with_itself() -> None:
    assert not any(conflict_in(given) for given in ROLES.values())
    assert conflict_in(ROLES["Support 2"] | ROLES["Operations"])
    assert frozenset({Permission.EXPORT_CODES}) == SINGLE
