"""What is refused about the endpoints that events are sent to."""

from counterfoil.errors.base import Conflict, Rejected
from counterfoil.errors.settings import Faulty

__all__ = [
    "WebhookEndpointChanged",
    "WebhookEndpointDisabled",
    "WebhookEndpointEnded",
    "WebhookEndpointInvalid",
    "WebhookEndpointMade",
]


class WebhookEndpointInvalid(Faulty, Rejected):
    """An endpoint cannot be like that; ``faults`` says what is wrong in which field."""

    code = "webhook_endpoint_invalid"


class WebhookEndpointChanged(Conflict):
    """Somebody else has changed this endpoint in the meantime."""

    code = "webhook_endpoint_changed"


class WebhookEndpointMade(Conflict):
    """This endpoint was made already; its secret was shown then."""

    code = "webhook_endpoint_made"


class WebhookEndpointEnded(Conflict):
    """This endpoint was ended for good."""

    code = "webhook_endpoint_ended"


class WebhookEndpointDisabled(Conflict):
    """This endpoint is disabled; enable it first, and have it sent what it missed."""

    code = "webhook_endpoint_disabled"
