"""Signing in at the pages and in the console, and reading the mails this takes."""

import re

from django.conf import settings
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from counterfoil.effects.settling import settle
from tests.browsing import Visit
from tests.console.conftest import PASSWORD


def digits() -> str:
    """Do the worker's work, and read the six digits from the newest mail that has them."""
    settle()
    bodies = [str(sent.body) for sent in mail.outbox if "digits" in sent.subject]
    return str(re.findall(r"\b\d{6}\b", bodies[-1])[0])


def newest_mail(to: str, *, about: str = "") -> str:
    """Do the worker's work, and give the newest mail to somebody whose subject has these words."""
    settle()
    found = [sent for sent in mail.outbox if to in sent.to and about in str(sent.subject)]
    assert found, [(sent.to, sent.subject) for sent in mail.outbox]
    return str(found[-1].body)


def link_in(body: str) -> str:
    """Give the link of a mail by which its recipient claims."""
    return str(re.findall(r"http\S+#\w+", body)[0])


def sign_in(visit: Visit, address: str) -> None:
    """Give an address, and the digits that were sent there."""
    visit.fill("Your e-mail address", address)
    visit.press("Send me the digits")
    visit.fill("The six digits from our mail", digits())
    visit.press("Continue")


def enter_console(visit: Visit, name: str, path: str = "/console/") -> Visit:
    """Sign a member of staff in, as anybody would."""
    visit.page.goto(path)
    visit.fill("User name", name)
    visit.fill("Password", PASSWORD)
    visit.press("Sign in")
    return visit


def let_in(visit: Visit, user: User) -> Visit:
    """Sign a member of staff in without the page for it, which has tests of its own."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    value = client.cookies[name].value
    visit.context.add_cookies([{"name": name, "value": value, "url": visit.site}])
    return visit
