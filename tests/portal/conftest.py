"""People of partners, and their browsers."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from counterfoil.models import Account, PartnerMember
from counterfoil.models.ids import uuid_of
from counterfoil.operations._people import account_of
from counterfoil.rules.people import Actor
from counterfoil.testing.builders import now
from counterfoil.web.visitor import ACCOUNT, SINCE

Enter = Callable[[Actor], Client]


def sign_in(client: Client, account: Account) -> Client:
    """Let the client be this account, as if it had entered its one-time code just now."""
    session = client.session
    session[ACCOUNT] = str(account.pk)
    session[SINCE] = timezone.now().timestamp()
    session.save()
    return client


def account_of_member(actor: Actor) -> Account:
    """Give the account of somebody who acts for a partner."""
    member = PartnerMember.objects.select_related("person").get(pk=uuid_of(actor.id))
    return account_of(member.person, at=now())


@pytest.fixture
def enter() -> Enter:
    """Give browsers of members who are signed in."""
    return lambda actor: sign_in(Client(), account_of_member(actor))
