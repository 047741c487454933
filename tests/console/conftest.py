"""Members of staff, each with the permissions of a role and no other."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission as GivenPermission
from django.contrib.auth.models import User
from django.test import Client

from counterfoil.rules.permissions import ROLES, Permission

PASSWORD = "a long and private sentence"

SignedIn = Callable[[str], Client]


def make_staff(role: str, *, username: str = "") -> User:
    """Make a member of staff who may do what this role may."""
    user = User.objects.create_user(
        username or role.lower().replace(" ", "-"),
        password=PASSWORD,
        is_staff=True,
        first_name="Mara",
        last_name=role,
    )
    permissions = ROLES.get(role, frozenset(Permission) if role == "Everything" else frozenset())
    user.user_permissions.set(
        GivenPermission.objects.filter(
            content_type__app_label="counterfoil",
            content_type__model="entitlement",
            codename__in=permissions,
        )
    )
    return user


@pytest.fixture
def signed_in() -> SignedIn:
    """Give a browser in which somebody with this role is signed in."""

    def sign_in(role: str) -> Client:
        client = Client()
        client.force_login(make_staff(role))
        return client

    return sign_in


@pytest.fixture
def support(signed_in: SignedIn) -> Client:
    """Give the browser of somebody of second-level support."""
    return signed_in("Support 2")
