"""The pages, pressed as a browser presses them."""

import http.client
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlencode

import pytest

from counterfoil_sim import Deliveries, Simulator, SimulatorServer, bouncing
from counterfoil_sim.mailbox import linked

Answer = tuple[int, str, str]
Ask = Callable[..., Answer]


@pytest.fixture
def ask(server: SimulatorServer) -> Ask:
    host, port = server.server_address[:2]

    def ask(path: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection(str(host), int(port), timeout=60)
        method = "GET" if form is None else "POST"
        connection.request(method, path, urlencode(form or {}), headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.headers.get("Location", ""), text

    return ask


@pytest.fixture
def session(sim: Simulator, server: SimulatorServer) -> str:
    def line(name: str, amount: str, quantity: str) -> dict[str, object]:
        product = {"currency": "eur", "unit_amount": amount, "product_data": {"name": name}}
        return {"quantity": quantity, "price_data": product}

    made = sim.create_session(
        {
            "mode": "payment",
            "success_url": "https://shop.example/thanks?session_id={CHECKOUT_SESSION_ID}",
            "cancel_url": "https://shop.example/cart",
            "line_items": [line("<b>Kit</b>", "2500", "2"), line("Card", "900", "1")],
        }
    )
    return str(made["id"])


def test_shows_what_is_to_be_paid(ask: Ask, session: str) -> None:
    status, _, text = ask(f"/pay/{session}")
    assert status == 200
    assert "59.00 EUR" in text
    assert "&lt;b&gt;Kit" in text
    assert "<b>Kit" not in text
    assert "This is not Stripe" in text


@pytest.mark.parametrize(
    ("act", "payment_status"),
    [
        ("pay", "paid"),
        ("pay_nothing", "no_payment_required"),
        ("pay_later", "unpaid"),
        ("fail_later", "unpaid"),
    ],
)
def test_pays_and_returns_to_the_shop(
    ask: Ask, sim: Simulator, session: str, act: str, payment_status: str
) -> None:
    form = {"email": "ann@example.com", "name": "Ann", "act": act}

    status, location, _ = ask(f"/pay/{session}", form)

    assert (status, location) == (303, f"https://shop.example/thanks?session_id={session}")
    paid = sim.store.get("session", session)
    assert paid["payment_status"] == payment_status
    assert paid["customer_details"]["email"] == "ann@example.com"
    events = len(sim.store.tables["event"])
    assert ask(f"/pay/{session}", form)[:2] == (303, location)  # pressed twice
    assert len(sim.store.tables["event"]) == events
    assert "completed" in ask(f"/pay/{session}")[2]


def test_walks_away(ask: Ask, sim: Simulator, session: str) -> None:
    status, location, _ = ask(f"/pay/{session}", {"act": "abandon"})
    assert (status, location) == (303, "https://shop.example/cart")
    assert sim.store.get("session", session)["status"] == "open"


def test_wants_an_address(ask: Ask, sim: Simulator, session: str) -> None:
    status, _, text = ask(f"/pay/{session}", {"act": "pay", "email": " "})
    assert status == 400
    assert "Please give an e-mail address" in text
    assert sim.store.get("session", session)["status"] == "open"


def test_knows_no_other_checkouts(ask: Ask, sim: Simulator, session: str) -> None:
    assert ask("/pay/cs_test_nothing")[0] == 404
    assert ask("/pay/cs_test_nothing", {"act": "pay"})[0] == 404
    sim.expire(session)
    assert "no longer" in ask(f"/pay/{session}")[2]
    assert ask(f"/pay/{session}", {"act": "pay", "email": "a@example.com"})[0] == 400


def test_does_everything_to_a_payment(ask: Ask, sim: Simulator, session: str) -> None:
    def press(act: str, of: str = session, **more: str) -> None:
        status, location, _ = ask("/act", {"act": act, "of": of, **more})
        assert (status, location) == (303, f"/?open={session}#{session}")
        assert f'id="{session}" open' in ask(location.partition("#")[0])[2]

    press("pay_later")
    assert "awaiting payment" in ask("/")[2]
    press("succeed")
    line = sim.store.items[session][0]["id"]
    press("refund", line=line, quantity="1", says_what_for="1")
    press("refund", line=line, quantity="1", pending="1")
    exact, silent = sim.store.tables["refund"].values()
    assert exact["metadata"] == {"cf_line": line, "cf_quantity": "1"}
    assert (silent["metadata"], silent["status"]) == ({}, "pending")
    press("settle_refund", silent["id"])
    press("fail_refund", silent["id"])
    assert silent["status"] == "failed"
    press("refund_all")
    assert ">refunded<" in ask("/")[2]
    press("dispute")
    press("inquiry")
    disputes = list(sim.store.tables["dispute"].values())
    press("lose", disputes[0]["id"])
    press("win", disputes[1]["id"])
    assert [one["status"] for one in disputes] == ["lost", "warning_closed"]


def test_says_what_is_not_possible(ask: Ask, sim: Simulator, session: str) -> None:
    for form in (
        {"act": "refund_all", "of": session},
        {"act": "refund", "of": session, "quantity": "0"},
        {"act": "dance", "of": session},
        {"act": "pay", "of": "cs_test_<script>"},
        {"act": "redeliver", "of": "evt_nothing"},
    ):
        status, _, text = ask("/act", form)
        assert status in (400, 404)
        assert "<script>" not in text
    assert sim.store.tables["event"] == {}


def test_shows_and_switches_faults(
    ask: Ask, sim: Simulator, deliveries: Deliveries, session: str
) -> None:
    sim.pay(session)
    assert ask("/act", {"act": "faults", "drop": "1", "repeat": "1"})[0] == 303
    assert deliveries.faults.switched_on() == ("repeat", "drop")
    assert "Deliveries are faulty: repeat, drop" in ask("/")[2]
    ask("/act", {"act": "faults"})
    assert "Waiting (3)" in ask("/deliveries")[2]
    ask("/act", {"act": "deliver"})
    text = ask("/deliveries")[2]
    assert "Nothing waits" in text
    assert text.count(">Send<") == 3
    ask("/act", {"act": "redeliver", "of": next(iter(sim.store.tables["event"]))})
    assert len(deliveries.log) == 4


def test_changes_nothing_by_looking(ask: Ask, sim: Simulator, session: str) -> None:
    for path in ("/act?act=pay&of=" + session, f"/pay/{session}?act=pay&email=a@example.com"):
        ask(path)
    assert sim.store.tables["event"] == {}


def test_takes_forms_from_its_own_pages_only(ask: Ask, sim: Simulator, session: str) -> None:
    form = {"act": "pay", "of": session}
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
        assert ask("/act", form, Origin=origin)[0] == 403
    assert ask("/act", form, Host="evil.example")[0] == 421
    assert ask("/", Host="evil.example")[0] == 421
    assert sim.store.tables["event"] == {}


def test_says_so_when_there_is_no_page(ask: Ask) -> None:
    assert ask("/nothing")[0] == 404
    assert ask("/nothing", {"a": "b"})[0] == 404
    assert ask("/?[=1")[0] == 400
    assert ask("/sim.css")[0] == 200
    assert "--mail" in ask("/mail")[2]


@pytest.fixture
def mailbox(server: SimulatorServer, tmp_path: Path) -> Path:
    message = EmailMessage()
    message["Subject"] = "Your <i>code</i>"
    message["From"] = "shop@example.com"
    message["To"] = "ann@example.com"
    message.set_content("Go to https://shop.example/c#abc.\n")
    message.add_alternative('<p>Go <a href="https://shop.example/c#abc">"there"</a></p>', "html")
    separator = b"\n" + b"-" * 79 + b"\n"
    second = b"Subject: Plain\nTo: bob@example.com\n\nNo links here."
    (tmp_path / "20261121.log").write_bytes(message.as_bytes() + separator + second + separator)
    (tmp_path / "notes.txt").write_text("no mail")
    server.site.mail = tmp_path
    return tmp_path


def test_shows_mail_newest_first(ask: Ask, mailbox: Path) -> None:
    text = ask("/mail")[2]
    assert text.index("Plain") < text.index("Your &lt;i&gt;code&lt;/i&gt;")
    assert "notes" not in text


def test_shows_a_mail_with_working_links(ask: Ask, mailbox: Path) -> None:
    text = ask("/mail/20261121.log/0")[2]
    assert '<a href="https://shop.example/c#abc" target="_top">' in text
    assert "sandbox=" in text
    assert "allow-scripts" not in text
    assert 'srcdoc="&lt;base target=&quot;_top&quot;&gt;&lt;p&gt;Go' in text


def test_shows_only_mail(ask: Ask, mailbox: Path) -> None:
    for path in ("notes.txt/0", "..%2Fsecret.log/0", "20261121.log/7", "%2Fetc%2Fpasswd/0"):
        assert ask(f"/mail/{path}")[0] == 404


def test_a_mail_comes_back_where_somebody_listens(
    ask: Ask, mailbox: Path, server: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, bytes, str]] = []

    def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
        told.append((url, body, headers["Authorization"]))
        return 200

    monkeypatch.setattr(bouncing, "post", post)
    where = "/mail/20261121.log/0"
    assert "Let it come back" not in ask(where)[2]
    assert ask(where, {"kind": "hard"})[0] == 404

    server.site.provider = bouncing.Provider("http://shop.example/v1/bounces", "key")
    assert "Let it come back" in ask(where)[2]
    assert ask(where, {"kind": "eaten"})[0] == 400
    assert told == []
    ask(where, {"kind": "hard"})

    [(url, body, key)] = told
    assert (url, key) == ("http://shop.example/v1/bounces", "Bearer key")
    assert b'"kind": "hard"' in body


def test_links_addresses_and_nothing_else() -> None:
    assert linked("see https://a.example/x?y=1&z=2, or <b>") == (
        'see <a href="https://a.example/x?y=1&amp;z=2" target="_top">'
        "https://a.example/x?y=1&amp;z=2</a>, or &lt;b&gt;"
    )
