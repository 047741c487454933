"""What is refused by a host's own code, or because that does not answer."""

from counterfoil.errors.base import Denied, Unavailable


class RedemptionRefused(Denied):
    """Whoever runs this site does not let this account redeem it."""

    code = "redemption_refused"


class AdapterFailed(Unavailable):
    """The site's own system does not answer; nothing was changed."""

    code = "adapter_failed"
    retry_after = 30  # seconds


__all__ = ["AdapterFailed", "RedemptionRefused"]
