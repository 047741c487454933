"""Every page and act times every role: whoever is given nothing may do nothing."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import URLPattern, reverse
from tests.console.conftest import make_staff

from counterfoil import migrations
from counterfoil.console.urls import urlpatterns
from counterfoil.migrations._groups import give
from counterfoil.rules.acts import ALLOWED, Act
from counterfoil.rules.permissions import ROLES, Permission, permission_for
from counterfoil.testing.builders import issue_one

pytestmark = pytest.mark.django_db
OPEN_TO_ALL = {
    "console-sign-in",
    "console-sign-out",
    "console-second-factor",
    "console-choose-password",
    "console-set-up",
}
OF_THE_TILL = {"console-till", "console-till-undo"}
ACTS = tuple(act.value for act in ALLOWED)
METHODS = ("get", "post")
WHO = (*ROLES, "Nothing", "Everything")


def names() -> Iterator[str]:
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        assert pattern.name is not None
        yield pattern.name


def pages() -> list[tuple[str, str]]:
    """Give every page, and the act page once for each act."""
    return [
        (name, act)
        for name in names()
        if name not in OPEN_TO_ALL
        for act in (ACTS if name == "console-act" else ("",))
    ]


def needed(name: str, act: str) -> set[Permission]:
    """Say what a page needs, as it is declared on its view or by its act."""
    [view] = [one.callback for one in urlpatterns if getattr(one, "name", "") == name]
    return {*vars(view)["permissions"], *([permission_for(Act(act))] if act else [])}


def addresses() -> list[tuple[str, str, str]]:
    """Give every page and where it is; those about a unit are about one that is there."""
    handle = issue_one().entitlement().handle
    given = {"console-trace": [handle]}
    found = []
    for name, act in pages():
        arguments = [handle, act] if act else given.get(name) or nobody(name)
        found.append((name, act, reverse(f"counterfoil:{name}", args=arguments)))
    return found


def nobody(name: str) -> list[object]:
    """Give arguments that lead nowhere, of the kinds that the address of a page takes."""
    [found] = [one.pattern for one in urlpatterns if getattr(one, "name", "") == name]
    of_kind = {
        "uuid": uuid4(),
        "slug": "nobody",
        "string": "nobody",
        "path": "nobody",
        "int": 1,
    }
    kinds = [
        type(one).__name__.removesuffix("Converter").lower() for one in found.converters.values()
    ]
    return [of_kind[kind] for kind in kinds]


def test_every_view_says_what_it_needs() -> None:
    for pattern in urlpatterns:
        if isinstance(pattern, URLPattern) and pattern.name not in OPEN_TO_ALL:
            at_till = pattern.name in OF_THE_TILL
            entry = Permission.ACTIVATE_AT_SALE if at_till else Permission.USE_CONSOLE
            assert entry in vars(pattern.callback)["permissions"], pattern


@pytest.mark.parametrize("role", WHO)
def test_a_role_opens_what_it_may_and_nothing_else(role: str) -> None:
    client, user, wrong = Client(), make_staff(role), []
    client.force_login(user)
    for name, act, where in addresses():
        may = all(user.has_perm(one.full_name) for one in needed(name, act))
        for method in METHODS:
            status = getattr(client, method)(where).status_code
            if status != 405 and (status == 403) is may:
                wrong.append(f"{method} {where}: {status}")

    assert wrong == []


def test_strangers_are_asked_to_sign_in_and_customers_are_refused() -> None:
    stranger, customer, wrong = Client(), Client(), []
    customer.force_login(User.objects.create_user("ana", is_staff=False))
    for _, _, where in addresses():
        for method in METHODS:
            asked, refused = getattr(stranger, method)(where), getattr(customer, method)(where)
            if asked.status_code == 405:
                continue
            if asked.status_code != 302 or not asked["Location"].startswith("/console/sign-in/"):
                wrong.append(f"{method} {where} of a stranger: {asked.status_code}")
            if refused.status_code != 403:
                wrong.append(f"{method} {where} of a customer: {refused.status_code}")

    assert wrong == []


def test_who_is_staff_no_longer_is_refused_whatever_they_were_given() -> None:
    former, client = make_staff("Everything"), Client()
    User.objects.filter(pk=former.pk).update(is_staff=False)
    client.force_login(former)
    opened = []
    for _, _, where in addresses():
        statuses = {getattr(client, method)(where).status_code for method in METHODS}
        if not statuses <= {403, 405} or 403 not in statuses:
            opened.append(f"{where}: {statuses}")

    assert opened == []


def test_shipped_groups_are_the_roles() -> None:
    import_module("counterfoil.migrations.0004_groups").make_groups(apps, None)
    for migration in iter_modules(migrations.__path__):
        module = import_module(f"counterfoil.migrations.{migration.name}")
        if migration.name != "0004_groups" and hasattr(module, "GROUPS"):
            give(apps, module.GROUPS, module.WORDS)

    for name, permissions in ROLES.items():
        group = Group.objects.get(name=name)
        assert set(group.permissions.values_list("codename", flat=True)) == set(permissions)


def test_only_second_level_support_sees_codes_and_auditors_write_nothing() -> None:
    may = {name for name, given in ROLES.items() if Permission.REVEAL_CODE in given}
    reading = {Permission.USE_CONSOLE, Permission.EXPORT, Permission.VERIFY}
    writing = {name for name, given in ROLES.items() if not given <= reading}

    assert may == {"Support 2"}
    # or one person alone could have any number issued, and read their codes
    assert Permission.IMPORT_FILES not in ROLES["Support 2"]
    assert "Auditor" not in writing
    assert Permission.GRANT not in ROLES["Finance"]
