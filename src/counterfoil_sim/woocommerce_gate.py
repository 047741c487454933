"""Who may ask the API of the simulated site, and what it answers while something is wrong."""

import base64

from counterfoil_sim.responses import Request, Response, as_json
from counterfoil_sim.woocommerce_world import WooCommerceSite

TROUBLES = {
    "": "answer as it should",
    "maintenance": "answer 503 and ask to come back in two minutes",
    "throttled": "answer 429 and ask to come back in half a minute",
    "error_page": "answer with a page about a critical error, and 200",
    "moved": "send everybody elsewhere",
    "revoked": "know no key any more",
    "endless": "answer more than anybody can read",
}


class Wrong(Exception):
    """Something the API refuses, in WordPress's words."""

    def __init__(self, code: str, message: str, status: int) -> None:
        """Remember what is answered."""
        super().__init__(message)
        self.code, self.status = code, status


def troubled(trouble: str) -> Response | None:
    """Answer as a site in trouble does, if anything but not knowing keys is the trouble."""
    page = b"<!doctype html><title>WordPress</title><p>There has been a critical error.</p>"
    html = {"Content-Type": "text/html; charset=UTF-8"}
    match trouble:
        case "maintenance":
            return Response(status=503, headers=html | {"Retry-After": "120"}, body=page)
        case "throttled":
            return Response(status=429, headers=html | {"Retry-After": "30"}, body=page)
        case "error_page":
            return Response(status=200, headers=html, body=page)
        case "moved":
            return Response(status=301, headers={"Location": "https://elsewhere.example/x"})
        case "endless":
            return Response(headers={"Content-Type": "application/json"}, body=b" " * 9_000_000)
        case _:
            return None


def authorise(site: WooCommerceSite, request: Request) -> None:
    """
    Let those in who have the key.

    :raises Wrong: if they have not, or want to write with one that may only read.
    """
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    wanted = base64.b64encode(f"{site.key}:{site.secret}".encode()).decode()
    if scheme.lower() != "basic" or given != wanted or site.trouble == "revoked":
        raise Wrong("woocommerce_rest_cannot_view", "Sorry, you cannot list resources.", 401)
    if request.method != "GET" and not site.may_write:
        raise Wrong(
            "woocommerce_rest_authentication_error",
            "The API key provided does not have write permissions.",
            401,
        )


def refusal(code: str, message: str, status: int) -> Response:
    """Refuse in WordPress's words."""
    return as_json({"code": code, "message": message, "data": {"status": status}}, status=status)
