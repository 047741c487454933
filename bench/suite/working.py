"""What runs in the background: following the ledger, and checking every promise."""

from collections.abc import Iterator
from datetime import timedelta
from statistics import median

from bench.suite.figures import Figure, Sizes, in_turns, medians, ratio, timed
from bench.suite.redeeming import redemptions
from bench.suite.stock import make_key, outstanding, settle, stocked_line
from bench.suite.web import served
from counterfoil.effects.dispatcher import dispatch
from counterfoil.effects.sealer import seal
from counterfoil.queries.invariants import INVARIANTS, broken
from counterfoil.testing.builders import now

BATCH = 1_000


def dispatch_entries(sizes: Sizes) -> Iterator[Figure]:
    """Seal and dispatch entries from which nothing follows, beside redeeming over HTTP."""
    batches = max(sizes.requests // BATCH, 1)
    with served(workers=sizes.workers, threads=sizes.threads, key=make_key()) as site:

        def followed() -> float:
            stocked_line(batches * BATCH)
            settle()
            return batches * BATCH / timed(lambda: _follow(batches))

        def redeemed() -> float:
            requests = redemptions(site, sizes.requests // 2)
            return site.send(requests, clients=sizes.clients).only("200").rate

        measured = in_turns(sizes.rounds, {"entries/s": followed, "redeemed/s": redeemed})
    yield Figure(
        name="seal and dispatch",
        measured="entries a second, of redemptions over HTTP a second",
        value=ratio(measured, "entries/s", "redeemed/s"),
        target=5,
        numbers=medians(measured),
    )


def _follow(batches: int) -> None:
    for _ in range(batches):
        seal(limit=BATCH)
        dispatch(at=now(), limit=BATCH)


def verify(sizes: Sizes) -> Iterator[Figure]:
    """Check every invariant over everything the bench has written so far."""
    settle()

    def checked() -> float:
        found: dict[str, object] = {}
        seconds = timed(lambda: found.update(broken(INVARIANTS, grace=timedelta(days=1))))
        if found:
            raise RuntimeError(f"Broken: {found}")
        return outstanding() / seconds

    measured = in_turns(min(sizes.rounds, 3), {"entitlements/s": checked})
    yield Figure(
        name="verify",
        measured=f"entitlements a second, of {outstanding():,}",
        value=median(measured["entitlements/s"]),
        unit="/s",
        target=50_000,
    )
