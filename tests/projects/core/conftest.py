"""Staff, whatever the host calls its users, and the digits of the newest mail."""

import os
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission as GivenPermission
from django.core import mail
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from counterfoil.effects.settling import settle
from counterfoil.rules.permissions import Permission

PASSWORD = "a long and private sentence"
HIDDEN = re.compile(r'type="hidden" name="([^"]+)" value="([^"]*)"')
Digits = Callable[[], str]
OWN = settings.SETTINGS_MODULE.rpartition(".")[2]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Have each test run in the project of this process, and in those that are named with it."""
    also = os.environ.get("COUNTERFOIL_PROJECTS_ALSO", "").split()
    metafunc.parametrize("project", [OWN, *also], indirect=True)


@pytest.fixture(autouse=True)
def project(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """
    Make this project of another that differs from it in how requests are answered.

    Django reads such settings with each request; what is read when it starts, its apps and tables
    among them, makes a process of its own.
    """
    wanted = vars(import_module(f"tests.projects.{request.param}"))
    own = vars(import_module(settings.SETTINGS_MODULE))
    names = {one for one in wanted if one.isupper()} - {"DATABASES", "PLAIN"}
    differing = {one: wanted[one] for one in names if wanted[one] != own.get(one)}
    assert not {"INSTALLED_APPS", "AUTH_USER_MODEL", "DATABASE_ROUTERS"} & set(differing)
    is_atomic = wanted["DATABASES"]["default"].get("ATOMIC_REQUESTS", False)
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", is_atomic)
    with override_settings(**differing):
        yield


@pytest.fixture
def staff() -> Any:
    """Make a member of staff who may do everything."""
    user: Any = get_user_model()._default_manager.create_user(  # type: ignore[attr-defined]
        "mara@example.com", password=PASSWORD, is_staff=True
    )
    setattr(user, user.get_email_field_name(), "mara@example.com")
    user.save()
    ours = GivenPermission.objects.filter(content_type__app_label="counterfoil")
    user.user_permissions.set(ours.filter(codename__in=[one.value for one in Permission]))
    return user


@pytest.fixture
def console(staff: Any) -> Client:
    """Give the browser in which they signed in on our page; forms need their token."""
    browser = Client(enforce_csrf_checks=True)
    where = reverse("counterfoil:console-sign-in")
    token = token_in(browser.get(where))
    entered = {"username": staff.get_username(), "password": PASSWORD}
    answer = browser.post(where, entered | {"csrfmiddlewaretoken": token})
    assert answer.headers["Location"] == reverse("counterfoil:console-home"), answer.content
    return browser


@pytest.fixture
def digits() -> Digits:
    """Do the worker's work, and read the digits in the newest mail."""

    def read() -> str:
        settle()
        bodies = [str(sent.body) for sent in mail.outbox if "digits" in sent.subject]
        return str(re.findall(r"\b\d{6}\b", bodies[-1])[0])

    return read


def hidden_in(answer: Any) -> dict[str, str]:
    """Give what the forms of a page send without asking."""
    return dict(HIDDEN.findall(answer.content.decode()))


def token_in(answer: Any) -> str:
    """Give the token of the first form of a page."""
    found = re.search(r'csrfmiddlewaretoken" value="([^"]+)', answer.content.decode())
    assert found, answer.content
    return found[1]
