"""Where a request comes from, as far as failures are counted by it."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.http import HttpRequest

from counterfoil.conf import conf

UNKNOWN = "unknown"  # all who hide share one allowance, so that hiding does not evade the limit


def client_address(request: HttpRequest) -> str:
    """
    Give the address of the client, which the last proxy we trust has written down.

    ``X-Forwarded-For`` is counted from its end: what a client itself writes stands further left. A
    list too short did not come through our proxies.
    """
    hops = conf.TRUSTED_HOPS
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if hops and len(forwarded) >= hops:
        return forwarded[-hops]
    return str(request.META.get("REMOTE_ADDR", ""))


def places_of(address: str) -> tuple[str, str]:
    """
    Give the address and the network that failures are counted by.

    An IPv6 customer has a /64 at least, so that is what counts as an address.
    """
    parsed = _parse(address)
    if isinstance(parsed, IPv4Address):
        return str(parsed), str(ip_network(f"{parsed}/24", strict=False))
    if isinstance(parsed, IPv6Address):
        plain = IPv6Address(int(parsed))  # without a zone
        around = (ip_network(f"{plain}/{size}", strict=False) for size in (64, 48))
        return next(map(str, around)), next(map(str, around))
    return UNKNOWN, UNKNOWN


def _parse(address: str) -> IPv4Address | IPv6Address | None:
    if address.startswith("["):
        address = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        address = address.partition(":")[0]
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        return parsed.ipv4_mapped
    return parsed
