"""
Calling an address that somebody configured, without being sent where nobody else should reach.

Whom a name stands for is judged at the moment of connecting, and it is that very address which is
connected to: a name that answers otherwise a moment later (rebinding), a number written in octal
or an address within an address (mapped, 6to4, NAT64) leads nowhere else. Nothing is followed, and
little is read.
"""

import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import SplitResult, urlsplit

from counterfoil.effects.looking_up import TooManyLookUps, looked_up

TIMEOUT = 10.0  # seconds for looking up the name, and then without a byte
LONGEST = 45.0  # seconds for the whole call, however it trickles
MOST_BYTES = 65_536
SHOWN_BYTES = 2_048

_NOT_PUBLIC_V4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",  # where clouds keep their metadata
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",  # multicast, reserved, broadcast
        ),
    )
)
_PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
_NOT_PUBLIC_V6 = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "2001::/23",  # Teredo, benchmarking, ORCHID: an address within an address, or none
            "2001:db8::/32",
            "2002::/16",  # 6to4: any IPv4 address within
            "3fff::/20",
        ),
    )
)


class NotReached(Exception):
    """No answer came, for a reason that may be told to staff."""


class NotTried(NotReached):
    """Nobody was called, for want of room here: it says nothing about whoever would have been."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; ``told`` is the object in the body, empty if there was none."""

    status: int
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Receipt:
    """That something arrived, or was refused; ``text`` is how the answer begins."""

    status: int
    text: str


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the Internet, and not to this house or nobody."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv4Address):
        return not any(found in network for network in _NOT_PUBLIC_V4)
    # Whatever wraps an IPv4 address lies outside of 2000::/3, or among those named.
    return found in _PUBLIC_V6 and not any(found in network for network in _NOT_PUBLIC_V6)


def is_loopback(address: str) -> bool:
    """Tell whether an IP address is this machine."""
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, allows_loopback: bool = False
) -> Answer:
    """
    Post a body, and give the answer whatever its status.

    :raises NotReached: if the address may not be called, or does not answer as it should.
    :raises NotTried: if there is no room to call anybody now.
    """
    status, read = _called(url, body, headers, _whole, allows_loopback)
    if len(read) > MOST_BYTES:
        raise NotReached("The answer is too large.")
    return Answer(status, _told(read))


def notify(
    url: str, body: bytes, headers: Mapping[str, str], *, allows_loopback: bool = False
) -> Receipt:
    """
    Post a body, and give how it was received: the status decides, and no more is waited for.

    :raises NotReached: if the address may not be called, or does not answer as it should.
    :raises NotTried: if there is no room to call anybody now.
    """
    status, read = _called(url, body, headers, _beginning, allows_loopback)
    return Receipt(status, read.decode(errors="replace"))


Reading = Callable[[HTTPResponse], bytes]


def _called(
    url: str, body: bytes, headers: Mapping[str, str], read: Reading, allows_loopback: bool
) -> tuple[int, bytes]:
    where = urlsplit(url)
    if where.scheme != "https" and not (where.scheme == "http" and allows_loopback):
        raise NotReached("The address is not https.")
    try:
        return _ask(_Guarded(where, allows_loopback), where, body, headers, read)
    except NotReached:
        raise
    except TooManyLookUps as error:
        raise NotTried("Nobody was called: too many other names are being looked up.") from error
    except ssl.SSLCertVerificationError as error:
        raise NotReached(f"Its certificate is not trusted: {error.verify_message}.") from error
    except (OSError, HTTPException, ValueError) as error:
        raise NotReached(f"There was no answer ({type(error).__name__}).") from error


def _ask(
    connection: "_Guarded",
    where: SplitResult,
    body: bytes,
    headers: Mapping[str, str],
    read: Reading,
) -> tuple[int, bytes]:
    path = (where.path or "/") + (f"?{where.query}" if where.query else "")
    watch = threading.Timer(LONGEST, connection.cut)
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, read(answer)
    finally:
        watch.cancel()
        connection.close()


def _whole(answer: HTTPResponse) -> bytes:
    return answer.read(MOST_BYTES + 1)


def _beginning(answer: HTTPResponse) -> bytes:
    """Read what came with the head of the answer; the rest may trickle, or never come."""
    try:
        return answer.read1(SHOWN_BYTES)
    except (OSError, HTTPException, ValueError):
        return b""


def _told(read: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(read) if read.strip() else {}
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


class _Guarded(HTTPConnection):
    """A connection to whom the name stands for now, if that is somebody public."""

    def __init__(self, where: SplitResult, allows_loopback: bool) -> None:
        self._is_open = where.scheme == "http"
        self._allows_loopback = allows_loopback
        if not where.hostname:
            raise NotReached("The address names no host.")
        port = where.port or (80 if self._is_open else 443)
        super().__init__(where.hostname, port, timeout=TIMEOUT)

    def connect(self) -> None:
        """Look up the name, judge every address it has, and connect to the first."""
        found = looked_up(self.host, self.port or 0, seconds=TIMEOUT)
        for *_kind, there in found:
            if not self._may_reach(str(there[0])):
                raise NotReached("The address is not a public one.")
        family, kind, protocol, _name, there = found[0]
        self.sock = socket.socket(family, kind, protocol)
        self.sock.settimeout(TIMEOUT)
        self.sock.connect(there)
        if not self._is_open:
            # Shaking hands is a step of its own, so that one that never ends can be cut.
            self.sock = ssl.create_default_context().wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def cut(self) -> None:
        """End it from another thread: whoever reads finds the end."""
        if self.sock is not None:
            # As a plain socket: that of TLS would wait for the other side's good-bye.
            try:
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
            except OSError:
                return

    def _may_reach(self, address: str) -> bool:
        if is_loopback(address):
            return self._allows_loopback
        return is_public(address) and not self._is_open
