"""Asking a WooCommerce site over its REST API, and making sense of whatever answers."""

import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn
from urllib.parse import urlsplit

import httpx

from counterfoil.channels.webhook_body import DEPTH_LIMIT, depth
from counterfoil.errors import AccessLost, ChannelRefused, ChannelUnavailable

PER_PAGE = 100
MOST_PAGES = 10_000
LARGEST_ANSWER = 8 * 1024 * 1024
LONGEST_ANSWER_SECONDS = 40.0
DECIMALS = "6"
"""
How many decimals amounts are asked for. Otherwise a site answers with as many as its pages show,
and one that shows whole euros would round the cents away.
"""

_TAGS = re.compile(r"<[^>]*>|[\x00-\x1f\x7f]")
_SECONDS = re.compile(r"[0-9]{1,7}\Z")
_GATEWAY_REFUSED = "woocommerce_rest_cannot_create_order_refund"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the site said; ``pages`` is how many there are, where it says so."""

    status: int
    value: Any
    pages: int | None
    retry_after: float | None
    media_type: str
    location: str

    @property
    def code(self) -> str:
        """Give WordPress's word for what went wrong, if it is WordPress that speaks."""
        found = self.value.get("code") if isinstance(self.value, Mapping) else None
        return found[:100] if isinstance(found, str) else ""

    @property
    def message(self) -> str:
        """Give the sentence that comes with it, without markup."""
        found = self.value.get("message") if isinstance(self.value, Mapping) else None
        return _TAGS.sub(" ", found)[:200].strip() if isinstance(found, str) else ""


class Api:
    """
    The part of ``wc/v3`` that an adapter uses.

    The key and its secret travel in a header, so they stand in nobody's logs. Redirects are not
    followed, because they would carry both to wherever they lead.
    """

    def __init__(
        self, site_url: str, *, auth: tuple[str, str], connect_seconds: float, read_seconds: float
    ) -> None:
        """Prepare the client; nothing is asked yet."""
        self._client = httpx.Client(
            base_url=f"{site_url.rstrip('/')}/wp-json/wc/v3/",
            auth=auth,
            timeout=httpx.Timeout(read_seconds, connect=connect_seconds),
            headers={"Accept": "application/json", "User-Agent": "Counterfoil"},
            follow_redirects=False,
        )

    def one(self, path: str, **params: str) -> Mapping[str, Any] | None:
        """
        Read one object, if there is one.

        :raises ChannelUnavailable: if the site does not answer, or not as WooCommerce does.
        """
        answer = self._ask("GET", path, params=params)
        if answer.status == 404 and answer.code.endswith("_invalid_id"):
            return None
        return _object(_read(answer))

    def several(self, path: str, **params: str) -> Iterator[Mapping[str, Any]]:
        """
        Read a list page by page, to its end.

        :raises ChannelUnavailable: if the site does not answer, or not as WooCommerce does.
        """
        before: object = None
        for page in range(1, MOST_PAGES + 1):
            asked = {**params, "per_page": str(PER_PAGE), "page": str(page)}
            answer = self._ask("GET", path, params=asked)
            rows = _read(answer)
            if not isinstance(rows, list):
                raise ChannelUnavailable("The site answered something that is no list.")
            yield from (_object(row) for row in rows)
            # Some lists come whole, do not say so, and begin anew on every page.
            whole = len(rows) != PER_PAGE or rows == before
            if whole if answer.pages is None else page >= answer.pages:
                return
            before = rows
        raise ChannelUnavailable(f"The site has more than {MOST_PAGES} pages to tell.")

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """
        Create or change an object, and give it as it is now.

        :raises ChannelRefused: if the site will not, however often it is asked.
        :raises ChannelUnavailable: if it does not answer; it may have done it nevertheless.
        """
        answer = self._ask(method, path, body=body)
        refused = answer.status in (400, 404, 409, 422) and answer.code
        if refused or answer.code == _GATEWAY_REFUSED:
            raise ChannelRefused(f"{answer.code}: {answer.message}")
        return _object(_read(answer))

    def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        try:
            with self._client.stream(method, path, params=params, json=body) as response:
                return _answer(response, _content(response))
        except httpx.HTTPError as error:
            raise ChannelUnavailable(type(error).__name__) from error


def _content(response: httpx.Response) -> bytes:
    """Read the answer, and no more of it or longer at it than any answer takes."""
    content = b""
    until = time.monotonic() + LONGEST_ANSWER_SECONDS
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > LARGEST_ANSWER:
            raise ChannelUnavailable(f"The answer has more than {LARGEST_ANSWER} bytes.")
        if time.monotonic() > until:
            raise ChannelUnavailable(f"The answer took more than {LONGEST_ANSWER_SECONDS:.0f} s.")
    return content


def _answer(response: httpx.Response, content: bytes) -> Answer:
    pages = response.headers.get("X-WP-TotalPages", "")
    target = urlsplit(response.headers.get("Location", ""))
    return Answer(
        status=response.status_code,
        value=_json(content),
        pages=int(pages) if _SECONDS.match(pages) else None,
        retry_after=seconds_to_wait(response.headers),
        media_type=response.headers.get("Content-Type", "nothing said").partition(";")[0][:60],
        location=f"{target.scheme}://{target.hostname or ''}" if target.hostname else "elsewhere",
    )


def _json(content: bytes) -> Any:
    """
    Give what the answer says, or nothing if it is not JSON.

    Numbers with a point stay as they are written: WooCommerce has prices there, and money is never
    a float. Many a plugin puts a byte order mark before everything; it does no harm.
    """
    if depth(content) > DEPTH_LIMIT:
        return None
    try:
        return json.loads(
            content.decode("utf-8-sig"), parse_float=str, parse_constant=_not_a_number
        )
    except (ValueError, RecursionError):
        return None


def _not_a_number(text: str) -> NoReturn:
    raise ValueError(text)


def _read(answer: Answer) -> Any:
    """Give what a good answer says, and say of a bad one what is the matter."""
    if 200 <= answer.status < 300:
        if answer.value is None:
            raise ChannelUnavailable(
                f"{answer.status} with {answer.media_type} that is no JSON: an error page, or a"
                " plugin that writes into every answer."
            )
        return answer.value
    if answer.status in (401, 403):
        raise AccessLost(f"{answer.status} {answer.code or answer.media_type}: {answer.message}")
    if 300 <= answer.status < 400:
        raise ChannelUnavailable(
            f"{answer.status}: the site answers at {answer.location}; if that is where it is now,"
            " the connection should say so."
        )
    if answer.status == 404:
        raise ChannelUnavailable(
            f"404 {answer.code}: no WooCommerce answers there. Is it active, and are the"
            " permalinks not plain?"
        )
    raise ChannelUnavailable(
        f"{answer.status} {answer.code}".strip(), retry_after=answer.retry_after
    )


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ChannelUnavailable("The site answered something that is no object.")
    return value


def seconds_to_wait(headers: httpx.Headers) -> float | None:
    """Say how long the site asks to wait; a moment is counted from when it says it answered."""
    wanted = headers.get("Retry-After", "").strip()
    if _SECONDS.match(wanted):
        return float(wanted)
    try:
        until, said = parsedate_to_datetime(wanted), parsedate_to_datetime(headers.get("Date", ""))
        return max((until - said).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None
