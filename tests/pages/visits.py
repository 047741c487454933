"""Visiting the pages in tests."""

import re
from typing import Any, cast

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from counterfoil.models import Account
from counterfoil.web.visitor import ACCOUNT

TOKEN = re.compile(rb'(csrfmiddlewaretoken" value="|data-csrf=")[^"]+')


def sign_in(client: Client, account: Account) -> None:
    """Let the client be this account, as if it had entered its one-time code."""
    session = client.session
    session[ACCOUNT] = str(account.pk)
    session.save()


def enter(client: Client, code: str, **extra: Any) -> HttpResponse:
    """Type a code and send it."""
    return cast("HttpResponse", client.post(reverse("counterfoil:claim"), {"code": code}, **extra))


def inspect_link(client: Client, token: str) -> HttpResponse:
    """Post the token of a link, as the script does."""
    where = reverse("counterfoil:claim-inspect")
    return cast("HttpResponse", client.post(where, {"token": token}))


def body(response: HttpResponse) -> bytes:
    """Give the bytes of an answer without what differs between any two: the form token."""
    return TOKEN.sub(rb"\1-", response.content)


def text(response: Any) -> str:
    """Give an answer as text with single spaces."""
    return " ".join(response.content.decode().split())
