"""Order files over the API."""

import csv
import io
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from tests.order_files import a_file, a_row, procurement, work_on
from tests.records import unchanged

from counterfoil.models import Connection, Entitlement, OrderFile, Partner
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import make_connection, make_product, now

pytestmark = pytest.mark.django_db
SCOPES = [Scope.ORDER_FILES, Scope.JOBS]
_keys = count()


class Sender:
    """Whoever sends files with a key."""

    def __init__(self, client: Client, token: str) -> None:
        self.client, self.headers = client, {"Authorization": f"Bearer {token}"}

    def send(self, content: bytes, **form: str) -> HttpResponse:
        given = {"file": SimpleUploadedFile("november.csv", content), **form}
        return self.client.post("/v1/order-files", given, headers=self.once())  # type: ignore[return-value]

    def get(self, path: str) -> HttpResponse:
        return self.client.get(f"/v1/order-files/{path}", headers=self.headers)  # type: ignore[return-value]

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> HttpResponse:
        return self.client.post(  # type: ignore[return-value]
            f"/v1/order-files/{path}",
            body or {},
            content_type="application/json",
            headers=self.once(),
        )

    def once(self) -> dict[str, str]:
        return self.headers | {"Idempotency-Key": f"file-{next(_keys)}"}


def bound_to(client: Client, connection: Connection) -> Sender:
    made = create_api_key(name="files", scopes=SCOPES, by=SYSTEM, at=now(), connection=connection)
    return Sender(client, made.secret)


@pytest.fixture
def files() -> Connection:
    return procurement()


@pytest.fixture
def house(client: Client, key: Callable[..., str]) -> Sender:
    return Sender(client, key(*SCOPES))


def test_a_file_is_sent_looked_at_confirmed_and_fetched(files: Connection, house: Sender) -> None:
    sent = house.send(a_file(a_row(), a_row("A-2")), connection="procurement")

    assert sent.status_code == 201
    body = sent.json()
    assert (body["status"], body["rows"], body["verdicts"]) == ("checked", 2, {"new": 2})
    assert body["read"][0] == "Read as UTF-8, because all of it is valid UTF-8."
    assert (body["columns"]["order"], body["missing"], body["job"]) == ("order-id", [], None)
    assert not Entitlement.objects.exists()
    confirmed = house.post(f"{body['id']}/confirm")
    assert confirmed.status_code == 202
    assert confirmed.json()["status"] == "confirmed"
    job = house.client.get(f"/v1/jobs/{confirmed.json()['job']}", headers=house.headers).json()
    assert (job["kind"], job["total"]) == ("order_file", 2)
    work_on()
    assert house.get(body["id"]).json()["status"] == "done"
    sheet = house.get(f"{body['id']}/results")
    text = b"".join(sheet.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 1 + 4
    assert "code" not in rows[0]
    again = house.send(a_file(a_row(), a_row("A-2")), connection="procurement")
    assert (again.status_code, again.json()["id"]) == (200, body["id"])


def test_rows_come_page_by_page_and_without_people(files: Connection, house: Sender) -> None:
    rows = [a_row(f"A-{n}", quantity=1 if n % 2 else "x") for n in range(6)]
    where = house.send(a_file(*rows), connection="procurement").json()["id"]

    first = house.get(f"{where}/rows?limit=4").json()
    second = house.get(f"{where}/rows?limit=4&after={first['next']}").json()
    bad = house.get(f"{where}/rows?verdict=bad").json()["rows"]

    assert [row["number"] for row in first["rows"] + second["rows"]] == [2, 3, 4, 5, 6, 7]
    assert second["next"] is None
    assert bad[0] == {
        "number": 2,
        "order": "A-0",
        "line": "1",
        "sku": "DNA-STD",
        "quantity": None,
        "amount": None,
        "currency": "",
        "verdict": "bad",
        "outcome": None,
        "trouble": "The quantity “x” is not a whole number.",
    }
    assert "ann" not in str([first, second, bad]).lower()
    assert house.get(f"{where}/rows?verdict=odd").status_code == 422
    assert house.get(f"{where}/rows?after=-1").status_code == 422


def test_it_is_read_as_the_request_says(files: Connection, house: Sender) -> None:
    body = "Bestellung|Nr|Was|Menge\nA-1|7|DNA-STD|2\n".encode("utf-16-le")
    columns = '{"order": "Bestellung", "line": "Nr", "sku": "Was"}'

    asked = house.send(
        body,
        connection="procurement",
        encoding="utf_16_le",
        delimiter="bar",
        currency="eur",
        columns=columns,
    )

    assert asked.json()["verdicts"] == {"new": 1}
    assert asked.json()["read"][0] == "Read as UTF-16 (little-endian), as you chose."


@pytest.mark.parametrize(
    ("content", "form", "status", "code"),
    [
        (b"", {}, 422, "file_unreadable"),
        (a_file(), {"connection": "nobody"}, 404, "not_found"),
        (a_file(), {"connection": ""}, 404, "not_found"),
        (a_file(), {"connection": "shop"}, 404, "not_found"),
        (a_file(), {"encoding": "ebcdic"}, 422, "file_unreadable"),
        (a_file(), {"columns": "{"}, 422, "file_unreadable"),
        (a_file(), {"columns": "[1]"}, 422, "file_unreadable"),
        (a_file(), {"columns": '{"soul": "x"}'}, 422, "file_unreadable"),
        (a_file(), {"columns": '{"order": "Gone"}'}, 422, "file_unreadable"),
        (a_file(), {"currency": "EURO"}, 422, "invalid_request"),
        (a_file(a_row(), a_row("A-2"), a_row("A-3")), {}, 413, "file_too_large"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_kept_nowhere(
    files: Connection,
    house: Sender,
    settings: Any,
    content: bytes,
    form: dict[str, str],
    status: int,
    code: str,
) -> None:
    make_connection(slug="shop")
    settings.COUNTERFOIL_ORDER_FILE_MAX_ROWS = 2

    refused = house.send(content, **({"connection": "procurement"} | form))

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert not OrderFile.objects.exists()


def test_a_file_that_is_not_clean_is_refused_as_a_whole(files: Connection, house: Sender) -> None:
    rows = a_file(a_row(), a_row("A-2", sku="NOBODY-KNOWS"))
    where = house.send(rows, connection="procurement").json()["id"]

    with unchanged():
        refused = house.post(f"{where}/confirm", {"extent": "all"})
        wrong = house.post(f"{where}/confirm", {"extent": "some"})

    assert (refused.status_code, refused.json()["code"]) == (409, "file_not_clean")
    assert wrong.status_code == 422
    assert house.post(f"{where}/confirm", {"extent": "good_rows"}).status_code == 202
    assert house.post(f"{where}/discard").json()["code"] == "file_closed"
    assert house.post(f"{where}/check").json()["code"] == "file_closed"


def test_a_file_is_checked_again_and_discarded(files: Connection, house: Sender) -> None:
    where = house.send(a_file(a_row(sku="NEW")), connection="procurement").json()["id"]
    files.mappings.create(key="sku:NEW", product=make_product("DNA-NEW"))

    assert house.post(f"{where}/check").json()["verdicts"] == {"new": 1}
    gone = house.post(f"{where}/discard").json()
    assert (gone["status"], gone["verdicts"]) == ("discarded", {})


def test_a_bound_key_reaches_the_files_of_its_connection_and_no_other(
    client: Client, files: Connection, house: Sender
) -> None:
    partner = Partner.objects.create(slug="zoo", name="Zoo", created_at=now())
    zoo = make_connection(slug="zoo", channel="order_file")
    Connection.objects.filter(pk=zoo.pk).update(partner=partner)
    theirs = bound_to(client, Connection.objects.get(pk=zoo.pk))
    other = house.send(a_file(), connection="procurement").json()["id"]

    own = theirs.send(a_file())

    assert (own.status_code, own.json()["connection"]) == (201, "zoo")
    assert theirs.send(a_file(), connection="procurement").status_code == 404
    with unchanged():
        for path in (other, f"{other}/rows", f"{other}/results"):
            unknown = path.replace(other, str(uuid4()))
            assert theirs.get(path).status_code == theirs.get(unknown).status_code == 404
        for act in ("confirm", "check", "discard"):
            assert theirs.post(f"{other}/{act}").status_code == 404
    assert house.get(own.json()["id"]).status_code == 200


def test_a_partner_without_a_connection_of_its_own_reaches_nothing(
    client: Client, files: Connection, house: Sender
) -> None:
    other = house.send(a_file(), connection="procurement").json()["id"]
    partner = Partner.objects.create(slug="zoo", name="Zoo", created_at=now())
    made = create_api_key(name="zoo", scopes=SCOPES, by=SYSTEM, at=now(), partner=partner)
    zoo = Sender(client, made.secret)

    assert zoo.send(a_file(), connection="procurement").status_code == 403
    assert zoo.get(other).status_code == 403


def test_it_needs_the_scope(client: Client, files: Connection, key: Callable[..., str]) -> None:
    sender = Sender(client, key(Scope.TRACE, Scope.TELL))

    assert sender.send(a_file(), connection="procurement").json()["code"] == "scope_missing"
