"""
Asking Shopify's Admin API.

Shopify says *no* in many ways: by status, by errors beside an answer, by ``userErrors`` inside one,
each with status 200. Here they become the few errors that the rest of us knows.
"""

import json
import math
import re
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import httpx

from counterfoil.errors import AccessLost, ChannelRefused, ChannelUnavailable

API_VERSION = "2026-10"
ANSWER_LIMIT = 8 * 1024 * 1024

_SHOP = re.compile(r"[a-z0-9][a-z0-9-]{0,99}\.myshopify\.com\Z")
_LOCKED_OUT = {
    401: "the access token is not accepted",
    402: "the shop is frozen",
    403: "the access token may not do this",
    404: "there is no such shop, or no such version of its API",
    423: "the shop is locked",
}
_LONGEST_WAIT = 3600.0

Data = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiSettings:
    """
    Where and how to ask.

    ``patience_seconds`` is how long one question may wait altogether for Shopify's bucket to fill
    again. ``api_base`` is for a simulator.
    """

    shop: str
    access_token: str = field(repr=False)
    api_version: str = API_VERSION
    api_base: str | None = None
    connect_seconds: float = 3.05
    read_seconds: float = 15.0
    patience_seconds: float = 12.0


class ShopifyApi:
    """One shop's API, asked over a connection that is kept open."""

    def __init__(self, settings: ApiSettings) -> None:
        """Prepare the client; nothing is asked yet."""
        self.settings = settings
        base = (settings.api_base or f"https://{settings.shop}").rstrip("/")
        self._url = f"{base}/admin/api/{settings.api_version}/graphql.json"
        self._client = httpx.Client(
            headers={
                "X-Shopify-Access-Token": settings.access_token,
                "Content-Type": "application/json",
                "Accept": "application/json",
            },
            timeout=httpx.Timeout(settings.read_seconds, connect=settings.connect_seconds),
            follow_redirects=False,
            trust_env=False,
        )

    def ask(self, document: str, **variables: Any) -> Data:
        """
        Put a question, and give the data of the answer.

        Where a shop did not permit a part of it, that part is null. A full bucket is waited for,
        if it does not take long.

        :raises AccessLost: if Shopify no longer accepts the token, or the shop is closed.
        :raises ChannelUnavailable: if Shopify does not answer so that it can be understood.
        """
        left = self.settings.patience_seconds
        while True:
            try:
                return self._answer(document, variables)
            except ChannelUnavailable as full:
                if full.retry_after is None or full.retry_after > left:
                    raise
                left -= max(full.retry_after, 0.05)
                time.sleep(full.retry_after)

    def tell(
        self, document: str, *, tolerated: Collection[str] = (), **variables: Any
    ) -> Data | None:
        """
        Have something done, and give what the one mutation of the document answered.

        There is no answer where Shopify will not do it for one of the tolerated reasons.

        :raises ChannelRefused: if Shopify understood and will not do it.
        :raises ChannelUnavailable: if Shopify does not answer so that it can be understood.
        """
        data = self.ask(document, **variables)
        answer = next(iter(data.values()), None)
        if not isinstance(answer, Mapping):
            raise AccessLost("Shopify does not let this app do that")
        errors = [one for one in answer.get("userErrors") or () if isinstance(one, Mapping)]
        if any(one.get("code") in tolerated for one in errors):
            return None
        if errors:
            raise ChannelRefused("; ".join(str(one.get("message"))[:200] for one in errors[:5]))
        return answer

    def pages(self, document: str, path: tuple[str, ...], **variables: Any) -> Iterator[Data]:
        """Give all nodes of a list, page by page, however many there are."""
        after, seen = variables.pop("after", None), set[str]()
        while True:
            found: Any = self.ask(document, **variables, after=after)
            for name in path:
                found = found.get(name) if isinstance(found, Mapping) else None
            if not isinstance(found, Mapping):
                return
            yield from found.get("nodes") or ()
            after = next_page(found)
            if after is None:
                return
            if after in seen:
                raise ChannelUnavailable("Shopify leads in a circle")
            seen.add(after)

    def _answer(self, document: str, variables: Mapping[str, Any]) -> Data:
        question = json.dumps({"query": document, "variables": variables}).encode()
        try:
            with self._client.stream("POST", self._url, content=question) as response:
                _refuse_status(response)
                body = _read(response)
        except httpx.HTTPError as error:
            raise ChannelUnavailable(f"no answer: {type(error).__name__}") from error
        return _data(body)


def shop_of(name: object) -> str | None:
    """Give the domain of a shop as Shopify writes it, or nothing if it is none."""
    domain = name.strip().lower() if isinstance(name, str) else ""
    return domain if _SHOP.match(domain) else None


def next_page(found: Data) -> str | None:
    """Give where the next page of a list begins, if there is one."""
    page = found.get("pageInfo")
    if not isinstance(page, Mapping) or page.get("hasNextPage") is not True:
        return None
    cursor = page.get("endCursor")
    if not isinstance(cursor, str) or not cursor:
        raise ChannelUnavailable("Shopify names no next page")
    return cursor


def _refuse_status(response: httpx.Response) -> None:
    status = response.status_code
    if status == 200:
        return
    if status in _LOCKED_OUT:
        raise AccessLost(f"{status}: {_LOCKED_OUT[status]}")
    wait = _seconds(response.headers.get("Retry-After"))
    if status == 429:
        raise ChannelUnavailable(
            "429: too many questions", retry_after=2.0 if wait is None else wait
        )
    raise ChannelUnavailable(f"answered {status}", retry_after=wait)


def _read(response: httpx.Response) -> bytes:
    parts, size = [], 0
    for part in response.iter_bytes():
        size += len(part)
        if size > ANSWER_LIMIT:
            raise ChannelUnavailable("the answer is too long")
        parts.append(part)
    return b"".join(parts)


def _data(body: bytes) -> Data:
    try:
        answer = json.loads(body, parse_constant=_not_a_number)
    except (ValueError, RecursionError) as error:
        raise ChannelUnavailable("the answer is not JSON") from error
    if not isinstance(answer, dict):
        raise ChannelUnavailable("the answer is not an object")
    data, errors = answer.get("data"), answer.get("errors")
    if errors:
        _refuse_errors(errors, answer.get("extensions"), has_data=isinstance(data, dict))
    if not isinstance(data, dict):
        raise ChannelUnavailable("the answer has no data")
    return data


def _refuse_errors(errors: object, extensions: object, *, has_data: bool) -> None:
    """Do nothing where all that is wrong is that parts of the answer are not for us."""
    listed = [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    codes = {str((one.get("extensions") or {}).get("code") or "") for one in listed}
    if "THROTTLED" in codes:
        raise ChannelUnavailable("too many questions", retry_after=_refill(extensions))
    if listed and codes == {"ACCESS_DENIED"}:
        if has_data:
            return
        raise AccessLost("Shopify does not let this app see that")
    said = str(listed[0].get("message") if listed else errors)[:200]
    raise ChannelUnavailable(f"Shopify could not answer: {said}")


def _refill(extensions: object) -> float:
    """Give how many seconds it takes until there is enough in the bucket for the question."""
    try:
        cost = extensions["cost"]  # type: ignore[index]
        status = cost["throttleStatus"]
        missing = float(cost["requestedQueryCost"]) - float(status["currentlyAvailable"])
        seconds = missing / float(status["restoreRate"])
    except (TypeError, KeyError, ValueError, ZeroDivisionError):
        return 2.0
    return min(max(seconds, 0.1), _LONGEST_WAIT) if math.isfinite(seconds) else 2.0


def _seconds(header: str | None) -> float | None:
    try:
        seconds = float(header or "")
    except ValueError:
        return None
    return min(max(seconds, 0.0), _LONGEST_WAIT) if math.isfinite(seconds) else None


def _not_a_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a number")
