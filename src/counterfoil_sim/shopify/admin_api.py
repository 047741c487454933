"""The Admin API: Shopify's own schema, answered from the simulated shop."""

import json
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    execute_sync,
    get_operation_ast,
    parse,
    validate,
)
from graphql.language import FragmentDefinitionNode

from counterfoil_sim.courier import fault
from counterfoil_sim.responses import Request, Response, as_json
from counterfoil_sim.shopify.asking import Asked, resolve
from counterfoil_sim.shopify.cost import MOST, Costing
from counterfoil_sim.shopify.reading import query_root
from counterfoil_sim.shopify.schema import VERSION, admin_schema
from counterfoil_sim.shopify.shop import Shopify
from counterfoil_sim.shopify.writing import mutation_root

_PATH = re.compile(r"/admin/api/([^/]+)/graphql\.json\Z")
_BUCKET, _REFILL = 2000.0, 100.0  # points, and points a second


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiFaults:
    """How the API misbehaves while it is switched on."""

    throttled: bool = fault("answer that the bucket is empty")
    too_many: bool = fault("answer 429, with Retry-After")
    unavailable: bool = fault("answer 503")
    refusing: bool = fault("refuse every mutation with userErrors")
    small_bucket: bool = fault("enforce the cost of questions")

    def switched_on(self) -> tuple[str, ...]:
        """Name those that are on."""
        return tuple(name for name, on in asdict(self).items() if on)

    @classmethod
    def words(cls) -> tuple[tuple[str, str], ...]:
        """Give every fault and what it does, for people."""
        return tuple((one.name, one.metadata["words"]) for one in fields(cls))


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One request to the API as it went."""

    at: int
    name: str
    status: int
    cost: int
    errors: tuple[str, ...] = ()


@dataclass(slots=True)
class _Bucket:
    """What is left of the points an app may spend."""

    level: float = _BUCKET
    at: float = field(default=0.0)

    def fill(self, now: float) -> None:
        self.level = min(_BUCKET, self.level + max(0.0, now - self.at) * _REFILL)
        self.at = now


class AdminApi:
    """
    The one address an app asks.

    ``calls`` are the last requests, ``faults`` what goes wrong; ``throttle`` refuses a few and then
    no more.
    """

    def __init__(self, shop: Shopify) -> None:
        """Answer for a shop."""
        self.shop = shop
        self.faults = ApiFaults()
        self.calls: deque[Call] = deque(maxlen=100)
        self._refusals = 0
        self._bucket = _Bucket(at=shop.clock())

    def switch(self, **faults: bool) -> ApiFaults:
        """Switch faults on or off."""
        self.faults = replace(self.faults, **faults)
        return self.faults

    def throttle(self, times: int) -> None:
        """Answer the next few questions that the bucket is empty."""
        self._refusals = times

    def respond(self, request: Request) -> Response:
        """Answer one request as Shopify would."""
        found = _PATH.match(request.path)
        if found is None or found.group(1) != VERSION or request.method != "POST":
            return self._refuse(404, "Not Found")
        token = request.headers.get("x-shopify-access-token", "")
        if not token or token not in self.shop.app["tokens"]:
            return self._refuse(401, "[API] Invalid API key or access token")
        if self.faults.unavailable:
            return self._refuse(503, "Service Unavailable")
        if self.faults.too_many:
            return self._refuse(429, "Exceeded 2 calls per second.", Retry_After="2.0")
        try:
            asked = json.loads(request.body)
            document, variables = str(asked["query"]), asked.get("variables") or {}
            name = asked.get("operationName")
        except (ValueError, TypeError, KeyError, AttributeError):
            return self._refuse(400, "Required parameter missing or invalid")
        return self._answer(document, variables, name)

    def _answer(self, text: str, variables: Mapping[str, Any], name: str | None) -> Response:
        document, errors = _read(text)
        operation = get_operation_ast(document, name) if document and not errors else None
        if document is None or operation is None:
            return self._told("?", 0, {"errors": errors or [_error("No operation is named")]})
        named = operation.name.value if operation.name else "(unnamed)"
        cost = _costing(document, variables).of(operation)
        if cost > MOST:
            message = (
                f"Query cost is {cost}, which exceeds the single query max cost limit ({MOST})."
            )
            return self._told(named, cost, {"errors": [_error(message, "MAX_COST_EXCEEDED")]})
        if self._is_empty(cost):
            refusal = {"errors": [_error("Throttled", "THROTTLED")]}
            return self._told(named, cost, refusal | self._status(cost, None))
        answer = self._execute(document, operation, variables)
        is_mutation = operation.operation is OperationType.MUTATION
        spent = cost if is_mutation else min(cost, _objects(answer.get("data")))
        self._bucket.level = max(0.0, self._bucket.level - spent)
        return self._told(named, spent, answer | self._status(cost, spent))

    def _execute(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
    ) -> dict[str, Any]:
        asked = Asked(shop=self.shop, refuses=self.faults.refusing)
        is_mutation = operation.operation is OperationType.MUTATION
        with self.shop.changing() if is_mutation else self.shop.lock:
            result = execute_sync(
                admin_schema(),
                document,
                mutation_root(asked) if is_mutation else query_root(asked),
                variable_values=dict(variables),
                operation_name=operation.name.value if operation.name else None,
                field_resolver=resolve,
            )
        return dict(result.formatted)

    def _is_empty(self, cost: int) -> bool:
        self._bucket.fill(self.shop.clock())
        if self._refusals > 0:
            self._refusals -= 1
            return True
        return self.faults.throttled or (self.faults.small_bucket and cost > self._bucket.level)

    def _status(self, cost: int, spent: int | None) -> dict[str, Any]:
        empty = self.faults.throttled or (spent is None and not self.faults.small_bucket)
        return {
            "extensions": {
                "cost": {
                    "requestedQueryCost": cost,
                    "actualQueryCost": spent,
                    "throttleStatus": {
                        "maximumAvailable": _BUCKET,
                        "currentlyAvailable": 0 if empty else int(self._bucket.level),
                        "restoreRate": _REFILL,
                    },
                }
            }
        }

    def _told(self, name: str, cost: int, answer: dict[str, Any]) -> Response:
        self._note(name, 200, cost, _troubles(answer))
        return as_json(answer)

    def _refuse(self, status: int, message: str, **headers: str) -> Response:
        self._note("-", status, 0, (message,))
        return as_json({"errors": message}, status=status, **headers)

    def _note(self, name: str, status: int, cost: int, errors: tuple[str, ...]) -> None:
        at = self.shop.now()
        self.calls.append(Call(at=at, name=name, status=status, cost=cost, errors=errors))


@lru_cache(maxsize=256)
def _read(text: str) -> tuple[DocumentNode | None, list[dict[str, Any]]]:
    try:
        document = parse(text)
    except GraphQLError as error:
        return None, [dict(error.formatted)]
    return document, [dict(error.formatted) for error in validate(admin_schema(), document)]


def _costing(document: DocumentNode, variables: Mapping[str, Any]) -> Costing:
    fragments = {
        one.name.value: one
        for one in document.definitions
        if isinstance(one, FragmentDefinitionNode)
    }
    return Costing(admin_schema(), fragments, variables)


def _objects(value: object) -> int:
    """Count the objects of an answer: what was not there is not paid for."""
    match value:
        case dict():
            return 1 + sum(_objects(inner) for name, inner in value.items() if name != "pageInfo")
        case list():
            return sum(map(_objects, value))
        case _:
            return 0


def _error(message: str, code: str | None = None) -> dict[str, Any]:
    return {"message": message, **({"extensions": {"code": code}} if code else {})}


def _troubles(answer: dict[str, Any]) -> tuple[str, ...]:
    told = [str(error.get("message")) for error in answer.get("errors") or ()]
    for result in (answer.get("data") or {}).values():
        if isinstance(result, dict):
            told += [str(error.get("message")) for error in result.get("userErrors") or ()]
    return tuple(told)
