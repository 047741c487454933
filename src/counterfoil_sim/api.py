"""The part of Stripe's API that a Checkout integration uses."""

import hashlib
import re
import secrets
from collections.abc import Callable
from typing import Any

from counterfoil_sim import endpoints, forms
from counterfoil_sim.errors import ApiError
from counterfoil_sim.listing import expanded
from counterfoil_sim.responses import Request, Response, as_json
from counterfoil_sim.simulator import Simulator
from counterfoil_sim.store import Obj

Endpoint = Callable[[Simulator, dict[str, Any], tuple[str, ...]], Obj]

_ID = r"([A-Za-z0-9_]+)"
_ROUTES: tuple[tuple[str, re.Pattern[str], Endpoint], ...] = tuple(
    (method, re.compile(f"/v1/{path}".replace("ID", _ID) + r"\Z"), endpoint)
    for method, path, endpoint in (
        ("POST", "checkout/sessions", endpoints.create_session),
        ("GET", "checkout/sessions", endpoints.list_sessions),
        ("GET", "checkout/sessions/ID", endpoints.one("session")),
        ("GET", "checkout/sessions/ID/line_items", endpoints.list_items),
        ("POST", "checkout/sessions/ID/expire", endpoints.expire_session),
        ("POST", "refunds", endpoints.create_refund),
        ("GET", "refunds", endpoints.several("refund", "payment_intent", "charge")),
        ("GET", "refunds/ID", endpoints.one("refund")),
        ("GET", "disputes", endpoints.several("dispute", "payment_intent", "charge")),
        ("GET", "disputes/ID", endpoints.one("dispute")),
        ("GET", "events", endpoints.list_events),
        ("GET", "events/ID", endpoints.one("event")),
        ("GET", "webhook_endpoints", endpoints.several("webhook_endpoint")),
        ("POST", "webhook_endpoints/ID", endpoints.update_webhook_endpoint),
        ("POST", "prices", endpoints.create_price),
        ("GET", "prices", endpoints.list_prices),
        ("GET", "prices/ID", endpoints.one("price")),
        ("POST", "products", endpoints.create_product),
        ("GET", "products", endpoints.several("product")),
        ("GET", "products/ID", endpoints.one("product")),
        ("GET", "charges", endpoints.several("charge", "payment_intent")),
        ("GET", "charges/ID", endpoints.one("charge")),
        ("GET", "payment_intents", endpoints.several("payment_intent")),
        ("GET", "payment_intents/ID", endpoints.one("payment_intent")),
    )
)


def respond(simulator: Simulator, request: Request) -> Response:
    """Answer a request as Stripe would, or say that this is not simulated."""
    request_id = f"req_{secrets.token_hex(7)}"
    try:
        _refuse_live_keys(request)
        if request.method == "POST":
            with simulator.changing():
                return _once(simulator, request, request_id)
        with simulator.lock:
            return as_json(_answer(simulator, request, request.query), Request_Id=request_id)
    except ApiError as error:
        return as_json(error.body(), status=error.status, Request_Id=request_id)


def _once(simulator: Simulator, request: Request, request_id: str) -> Response:
    key = request.headers.get("idempotency-key")
    if key is None:
        return as_json(_answer(simulator, request, request.body), Request_Id=request_id)
    if len(key) > 255:
        raise ApiError("Idempotency keys hold up to 255 characters", kind="idempotency_error")
    asked = hashlib.sha256(f"{request.path}\n{request.body}".encode()).hexdigest()
    earlier = simulator.store.answers.get(key)
    if earlier is not None:
        if earlier["asked"] != asked:
            raise ApiError(
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. Try using a key other than '{key}' if you meant to execute a "
                "different request.",
                kind="idempotency_error",
            )
        return as_json(
            earlier["body"],
            status=earlier["status"],
            Request_Id=request_id,
            Idempotency_Key=key,
            Idempotent_Replayed="true",
        )
    status, body = _attempt(simulator, request)
    simulator.store.remember_answer(key, {"asked": asked, "status": status, "body": body})
    return as_json(body, status=status, Request_Id=request_id, Idempotency_Key=key)


def _attempt(simulator: Simulator, request: Request) -> tuple[int, Obj]:
    try:
        return 200, _answer(simulator, request, request.body)
    except ApiError as error:
        return error.status, error.body()


def _answer(simulator: Simulator, request: Request, form: str) -> Obj:
    for method, pattern, endpoint in _ROUTES:
        found = pattern.match(request.path)
        if found is not None and method == request.method:
            params = forms.parse(form)
            answer = endpoint(simulator, params, found.groups())
            return expanded(answer, params.get("expand"), store=simulator.store)
    raise ApiError(
        f"Unrecognized request URL ({request.method}: {request.path}), or not simulated",
        status=404,
    )


def _refuse_live_keys(request: Request) -> None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise ApiError("You did not provide an API key.", status=401)
    if "_live_" in key:
        raise ApiError(
            "This is a simulator: it must never be given a live key. Change that key now.",
            status=401,
            code="api_key_live",
        )
    if key.startswith("rk_") and request.path.startswith("/v1/webhook_endpoints"):
        raise ApiError(
            "The provided key does not have the required permissions for this endpoint.",
            status=403,
        )
