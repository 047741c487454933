"""What is called from here leads nowhere inside, whatever a name says it stands for."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from counterfoil.effects import outgoing
from counterfoil.effects.looking_up import MOST_ASKED, LookUpFailed, TooManyLookUps, looked_up
from counterfoil.effects.outgoing import NotReached, NotTried, is_public, post
from tests.effects.webhook_listener import Listener, listening

INSIDE = [
    "0.0.0.0",  # noqa: S104 - as an address to call
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.168.1.1",
    "198.18.0.1",
    "203.0.113.7",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
OUTSIDE = ["8.8.8.8", "93.184.215.14", "172.32.0.1", "192.0.1.1", "2606:2800:220:1::1"]


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


def refuse(*_call: Any) -> None:
    raise AssertionError("somebody was connected to")


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_inside_is_not_public_and_not_connected_to(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_public(address)
    kind = socket.AF_INET6 if ":" in address else socket.AF_INET
    there = (address, 443, 0, 0) if ":" in address else (address, 443)
    found = [(kind, socket.SOCK_STREAM, 6, "", there)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_b: found)
    monkeypatch.setattr(socket.socket, "connect", refuse)

    with pytest.raises(NotReached, match="not a public one"):
        post("https://hooks.example/", b"{}", {})


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_is_outside_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0x7f000001", "017700000001", "127.1", "localhost", "[::1]"],
)
def test_however_it_is_written_this_machine_is_not_called(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket.socket, "connect", refuse)

    with pytest.raises(NotReached):
        post(f"https://{host}/", b"{}", {})


def test_one_inner_address_among_outer_ones_is_enough_to_refuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))
        for address in ("93.184.215.14", "10.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_b: found)
    monkeypatch.setattr(socket.socket, "connect", refuse)

    with pytest.raises(NotReached, match="not a public one"):
        post("https://hooks.example/", b"{}", {})


def test_the_very_address_that_was_judged_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked once only: a name that answers otherwise the second time changes nothing."""
    asked: list[str] = []
    reached: list[Any] = []

    def look_up(host: str, port: int, **_given: Any) -> list[Any]:
        asked.append(host)
        address = "93.184.215.14" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(_socket: socket.socket, there: Any) -> None:
        reached.append(there)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(NotReached, match="ConnectionRefusedError"):
        post("https://hooks.example/", b"{}", {})

    assert (asked, reached) == (["hooks.example"], [("93.184.215.14", 443)])


def test_a_name_that_is_looked_up_for_ever_keeps_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The resolver of the system hangs; so many threads wait for it, and no more."""
    let_go, real = threading.Event(), socket.getaddrinfo

    def hangs(*asked: Any, **given: Any) -> Any:
        let_go.wait(120)
        return real(*asked, **given)

    monkeypatch.setattr(socket, "getaddrinfo", hangs)
    for _ in range(MOST_ASKED):
        with pytest.raises(LookUpFailed, match="in time"):
            looked_up("127.0.0.1", 443, seconds=0.01)
    with pytest.raises(TooManyLookUps):
        looked_up("127.0.0.1", 443, seconds=120)
    with pytest.raises(NotTried):
        post("https://hooks.example/", b"{}", {})

    let_go.set()
    waiting = [one for one in threading.enumerate() if one.name == "looking-up"]
    for one in waiting:
        one.join(120)
    assert len(waiting) == MOST_ASKED
    assert looked_up("127.0.0.1", 443, seconds=120)[0][4] == ("127.0.0.1", 443)


@pytest.mark.parametrize(
    "url", ["http://hooks.example/", "ftp://x/", "file:///etc/passwd", "", "x"]
)
def test_what_is_not_https_is_not_called(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", refuse)
    with pytest.raises(NotReached):
        post(url, b"{}", {})


def test_for_development_this_machine_may_be_called(listener: Listener) -> None:
    with pytest.raises(NotReached):
        post(listener.url, b"{}", {})
    assert listener.told == []

    answer = post(listener.url, b'{"a": 1}', {"X-A": "1"}, allows_loopback=True)

    assert (answer.status, answer.told) == (200, {"reference": "kit-1"})
    [(headers, body)] = listener.told
    assert (headers["x-a"], body) == ("1", b'{"a": 1}')


def test_nothing_else_may_be_called_without_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_b: found)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    with pytest.raises(NotReached):
        post("http://hooks.example/", b"{}", {}, allows_loopback=True)


def test_a_redirect_is_an_answer_and_not_followed(listener: Listener) -> None:
    listener.status, listener.headers = 302, {"Location": "http://169.254.169.254/"}

    assert post(listener.url, b"{}", {}, allows_loopback=True).status == 302
    assert len(listener.told) == 1


def test_little_is_read(listener: Listener) -> None:
    listener.body = b"x" * (outgoing.MOST_BYTES + 1)

    with pytest.raises(NotReached, match="too large"):
        post(listener.url, b"{}", {}, allows_loopback=True)


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b"\xff", b'"text"', b"[" * 60_000])
def test_what_is_no_object_says_nothing(listener: Listener, body: bytes) -> None:
    listener.body = body

    assert post(listener.url, b"{}", {}, allows_loopback=True).told == {}


def test_a_lost_answer_is_no_answer(listener: Listener) -> None:
    listener.loses_answers = True

    with pytest.raises(NotReached, match="no answer"):
        post(listener.url, b"{}", {}, allows_loopback=True)


def test_what_trickles_is_cut(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "LONGEST", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        where = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(NotReached, match="no answer"):
            post(where, b"{}", {}, allows_loopback=True)
