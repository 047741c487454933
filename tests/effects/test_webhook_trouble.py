"""Endpoints with bad days: each has its defined answer, is seen by staff, and loses nothing."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from counterfoil.effects import outgoing
from counterfoil.models import Event, WebhookAttempt, WebhookDelivery
from counterfoil.testing.builders import now
from tests.effects.webhook_listener import Listener, listening
from tests.server.machine import free_port
from tests.webhooks import an_endpoint, an_event, send

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=5)
AT_ONCE = 0.3  # seconds, for who never answers
Talk = Callable[[socket.socket], None]


@pytest.fixture(autouse=True)
def loopback(settings: Any) -> None:
    settings.COUNTERFOIL_WEBHOOKS_ALLOW_LOOPBACK = True


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


@contextmanager
def talking(talk: Talk) -> Iterator[str]:
    """Listen, and let this talk to each caller until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    caller, _ = server.accept()
                except OSError:
                    return
                with caller:
                    try:
                        caller.recv(65_536)
                        talk(caller)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def of(event: Event) -> WebhookDelivery:
    return WebhookDelivery.objects.get(event=event)


def hang(caller: socket.socket) -> None:
    caller.recv(1)  # until the other side goes


def trickle_the_body(caller: socket.socket) -> None:
    caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nok")
    caller.recv(1)


def flood(caller: socket.socket) -> None:
    caller.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1_000_000)


def hang_up(_caller: socket.socket) -> None:
    return


def babble(caller: socket.socket) -> None:
    caller.sendall(b"\x00\xff not http at all\r\n\r\n")


@pytest.mark.parametrize(
    ("talk", "is_taken", "longest"),
    [
        (hang, False, AT_ONCE),
        (hang_up, False, outgoing.LONGEST),
        (babble, False, outgoing.LONGEST),
        (trickle_the_body, True, 5),  # its head comes before, also on a busy machine
        (flood, True, outgoing.LONGEST),
    ],
    ids=lambda it: getattr(it, "__name__", ""),
)
def test_the_head_of_an_answer_decides_and_nothing_else_is_waited_for(
    talk: Talk, is_taken: bool, longest: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "LONGEST", longest)
    with talking(talk) as url:
        an_endpoint(url)
        event = an_event()
        send()

    delivery = of(event)
    assert (delivery.delivered_at is not None) == is_taken
    assert delivery.gave_up_at is None
    assert delivery.leased_until is None
    assert ("There was no answer" in delivery.last_error) != is_taken
    assert WebhookAttempt.objects.get().answer in ("", "ok", "x" * 300)


def test_one_that_never_ends_shaking_hands_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "LONGEST", AT_ONCE)
    with talking(hang) as url:
        an_endpoint(url.replace("http:", "https:"))
        event = an_event()
        send()

    error = of(event).last_error
    assert "There was no answer" in error
    assert "TimeoutError" not in error  # it did not wait for one that could say a byte now and then


def test_a_redirect_is_not_followed_and_an_inner_address_not_called(
    listener: Listener, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener.status, listener.headers = 307, {"Location": "http://169.254.169.254/"}
    an_endpoint(listener.url)
    event = an_event()
    send()
    assert (of(event).last_status, len(listener.told)) == (307, 1)

    settings.COUNTERFOIL_WEBHOOKS_ALLOW_LOOPBACK = False
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_b: found)
    inside = an_endpoint("https://hooks.example/").endpoint
    an_event()
    send()

    [told] = WebhookDelivery.objects.filter(endpoint=inside)
    assert (told.last_status, told.last_error) == (None, "The address is not a public one.")


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """Make a certificate for this machine that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown, kept = folder / f"{name}.pem", folder / f"{name}.key"
    shown.write_bytes(made.public_bytes(Encoding.PEM))
    kept.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    )
    return shown, kept


@contextmanager
def over_tls(shown: Path, kept: Path, port: int) -> Iterator[int]:
    """Listen with this certificate, and take whatever comes."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_told: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.handle_error = lambda *_told: None  # type: ignore[method-assign]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown, kept)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_another_certificate_is_refused_until_it_is_trusted_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted, other = certificate(tmp_path, "trusted"), certificate(tmp_path, "other")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted[0]))
    with over_tls(*trusted, port=free_port()) as port:  # nobody else gets it between two
        an_endpoint(f"https://localhost:{port}/")
        first = an_event()
        send()
    with over_tls(*other, port=port):
        second = an_event()
        send()
    assert of(first).delivered_at is not None
    assert of(second).last_error.startswith("Its certificate is not trusted:")

    with over_tls(*trusted, port=port):
        send(at=now() + LATER)

    assert of(second).delivered_at is not None
