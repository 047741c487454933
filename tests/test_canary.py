"""
Canaries: real codes driven through everything, and then looked for where they must not be.

Only the mail to the delivery address may carry a code. The database is searched row by row, as
text and as bytes; so are logs, the queue (its tables are in the database) and every answer.
"""

import logging
from collections.abc import Iterator

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from counterfoil.effects.settling import settle
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.operations.replace_code import replace_code
from counterfoil.operations.reveal_code import reveal_code
from counterfoil.operations.revoke import revoke
from counterfoil.rules.codes import display
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import OPERATOR, Issued, issue_many, now

pytestmark = pytest.mark.django_db


class Ears(logging.Handler):
    """Hears everything that is logged, before anything redacts it."""

    def __init__(self) -> None:
        super().__init__(level=logging.DEBUG)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what a plain formatter would write."""
        self.heard.append(self.format(record))


@pytest.fixture
def ears() -> Iterator[Ears]:
    """Listen to our own loggers and Django's, at every level but SQL's."""
    ears = Ears()
    names = ("counterfoil", "django.request", "django.server", "django.security", "procrastinate")
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).addHandler(ears)
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield ears
    for name, level in before.items():
        logging.getLogger(name).removeHandler(ears)
        logging.getLogger(name).setLevel(level)


def _spellings(code: str) -> set[str]:
    shown = {code, display(code), display(code).replace("-", " ")}
    return shown | {text.lower() for text in shown} | {code.encode().hex()}


def _rows() -> Iterator[str]:
    """Give every row of every table as text; bytes come out as hexadecimal digits."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            yield from (f"{table}: {row[0]}" for row in cursor.fetchall())


def _leaks(codes: tuple[str, ...], places: list[str]) -> list[str]:
    wanted = [spelling for code in codes for spelling in _spellings(code)]
    return [place[:60] for place in places if any(code in place for code in wanted)]


def _use_everything(client: Client, issued: Issued) -> list[str]:
    """Let every code be checked, refused, redeemed, revealed, replaced; give all the answers."""
    key = create_api_key(name="shop", scopes=list(Scope), by=SYSTEM, at=now()).secret
    headers = {"Authorization": f"Bearer {key}"}

    def post(path: str, body: object) -> str:
        answer = client.post(path, body, content_type="application/json", headers=headers)
        return f"{answer.headers} {answer.content.decode()}"

    answers = []
    ana, bob = {"external_reference": "ana"}, {"external_reference": "bob"}
    for code in issued.codes:
        answers += [
            post("/v1/search", {"query": display(code)}),
            post("/v1/codes/check", {"code": display(code).lower()}),
            post("/v1/codes/check", {"code": code[:-1] + "!"}),
            post("/v1/codes/redeem", {"code": code, "account": {}}),
            post("/v1/codes/redeem", {"code": [code], "account": ana}),
        ]
    _, second, third, *_ = issued.entitlement_ids
    reveal_code(entitlement_id=second, by=OPERATOR, at=now(), reason="asked")
    replace_code(entitlement_id=second, by=OPERATOR, at=now(), reason="lost")
    revoke(entitlement_ids=[third], by=OPERATOR, at=now(), reason="mistake")
    for account in (ana, bob):
        for code in issued.codes:
            answers.append(post("/v1/codes/redeem", {"code": code, "account": account}))
    settle()
    answers.append(client.get("/v1/events?limit=1000", headers=headers).content.decode())
    answers.append(
        client.get(f"/v1/purchases/{issued.purchase.pk}/trace", headers=headers).content.decode()
    )
    return answers


def test_a_code_is_nowhere_but_in_the_mail(client: Client, ears: Ears) -> None:
    issued = issue_many(4)
    settle()
    [sent] = mail.outbox
    assert all(display(code) in str(sent.body) for code in issued.codes)

    answers = _use_everything(client, issued)

    assert sum('"type": "entitlement.' in answer for answer in answers) == 1
    assert _leaks(issued.codes, answers) == []
    assert _leaks(issued.codes, ears.heard) == []
    assert _leaks(issued.codes, list(_rows())) == []
    others = [message for message in mail.outbox if message.to != sent.to]
    assert _leaks(issued.codes, [str(message.message()) for message in others]) == []


def test_a_code_that_got_out_would_be_found(ears: Ears) -> None:
    issued = issue_many(1)
    logging.getLogger("counterfoil.somewhere").debug("redeeming %s", display(issued.code))
    purchase = issued.purchase
    purchase.payment_reference = issued.code
    purchase.save()

    assert _leaks(issued.codes, ears.heard)
    assert _leaks(issued.codes, list(_rows()))
