"""Redeeming and checking: over HTTP and as a plain call, beside the floor and an empty page."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from uuid import uuid4

from bench.suite.burning import burnt
from bench.suite.figures import Figure, Sizes, hang_up, in_turns, medians, percentile, ratio
from bench.suite.floor import lookup_floor, redeem_floor
from bench.suite.stock import fresh_codes, make_key, settle, stocked_line
from bench.suite.web import Answers, Site, served, served_empty
from counterfoil.models import Assignment
from counterfoil.operations.redeem import redeem
from counterfoil.rules.people import SYSTEM, Origin
from counterfoil.testing.builders import make_assignee, now

PATH = "/v1/codes"
ACCOUNTS = 100


def redeem_over_http(sizes: Sizes) -> Iterator[Figure]:
    """Redeem distinct codes through the API, and as plain calls, beside the floor."""
    count, clients = sizes.requests, sizes.clients
    took: list[float] = []
    burns: list[float] = []
    floor_burns: list[float] = []
    with served(workers=sizes.workers, threads=sizes.threads, key=make_key()) as site:

        def over_http() -> float:
            requests = redemptions(site, count)
            before = burnt()
            answers = site.send(requests, clients=clients).only("200")
            burns.append((burnt() - before) / count)
            took.extend(answers.took)
            return answers.rate

        measured = in_turns(
            sizes.rounds,
            {
                "HTTP requests/s": over_http,
                "floor transactions/s": lambda: redeem_floor(clients, count * 2, floor_burns),
                "plain calls/s": lambda: _plain_calls(count // 2),
            },
        )
    latency = {f"p{share}_ms": percentile(took, share / 100) * 1000 for share in (50, 99)}
    yield Figure(
        name="redeem over HTTP",
        measured="of the floor's transactions/s",
        value=ratio(measured, "HTTP requests/s", "floor transactions/s"),
        target=0.35,
        numbers=medians(measured) | latency,
    )
    yield Figure(
        name="redeem over HTTP",
        measured="processor time of the floor, of its own, client included",
        value=median(floor_burns) / median(burns),
        target=0.35,
        numbers={
            "processor_us": median(burns) * 1e6,
            "floor_processor_us": median(floor_burns) * 1e6,
        },
    )
    yield Figure(
        name="redeem as a plain call",
        measured=f"of the floor's transactions/s, one thread beside {clients} clients",
        value=ratio(measured, "plain calls/s", "floor transactions/s"),
    )


def check_over_http(sizes: Sizes) -> Iterator[Figure]:
    """Look at codes through the API, beside a page that does nothing."""
    count, clients = sizes.requests, sizes.clients
    line = stocked_line(count)
    codes = list(fresh_codes(count))
    workers, threads = sizes.workers, sizes.threads
    with (
        served(workers=workers, threads=threads, key=make_key()) as site,
        served_empty(workers=workers, threads=threads) as bare,
    ):
        looks = [site.post(f"{PATH}/check", {"code": code}) for code in codes]
        empty, least = [site.get("/")] * count, [bare.get("/")] * count
        measured = in_turns(
            sizes.rounds,
            {
                "checks/s": lambda: site.send(looks, clients=clients).only("200").rate,
                # where one arrives leads on, through all of Django and past the database
                "empty pages/s": lambda: site.send(empty, clients=clients).only("302").rate,
                "without Django/s": lambda: bare.send(least, clients=clients).only("200").rate,
                "floor lookups/s": lambda: lookup_floor(clients, count * 4, line),
            },
        )
    yield Figure(
        name="check over HTTP",
        measured="time of an empty page, times",
        value=ratio(measured, "empty pages/s", "checks/s"),
        target=1.5,
        at_most=True,
        numbers=medians(measured),
    )
    yield Figure(
        name="load client",
        measured="the least a server can do, of an empty page",
        value=ratio(measured, "without Django/s", "empty pages/s"),
        target=1.5,
    )


def contended_redeem(sizes: Sizes) -> Iterator[Figure]:
    """Let many clients present one code at once: one of them wins, the rest are told no."""
    rounds, clients = sizes.rounds * 4, sizes.clients * 2
    codes, winners = list(fresh_codes(rounds)), []
    calm: list[float] = []
    crowded: list[float] = []
    with served(workers=sizes.workers, threads=sizes.threads, key=make_key()) as site:
        for code in codes:
            alone = site.send(redemptions(site, clients), clients=clients).only("200")
            crowd = site.send([_redemption(site, code) for _ in range(clients)], clients=clients)
            winners.append(_winners(crowd))
            calm += alone.took
            crowded += crowd.took
    open_assignments = Assignment.objects.filter(
        ended_at=None, account__external_reference__startswith="bench-crowd-"
    ).count()
    if open_assignments != rounds:
        raise RuntimeError(f"{rounds} codes gave {open_assignments} assignments.")
    yield Figure(
        name="contended redeem",
        measured=f"share of codes with exactly one winner of {clients} clients",
        value=winners.count(1) / rounds,
        unit="",
        target=1,
    )
    yield Figure(
        name="contended redeem",
        measured="p99 of the uncontended p99, times",
        value=percentile(crowded, 0.99) / percentile(calm, 0.99),
        target=10,
        at_most=True,
    )


def _winners(crowd: Answers) -> int:
    """Count who won; everybody else must have been told no, not that something broke."""
    if set(crowd.statuses) - {"200", "409"}:
        raise RuntimeError(f"Wanted 200 and 409 only, got {dict(crowd.statuses)}.")
    return crowd.statuses["200"]


def redemptions(site: Site, count: int) -> list[str]:
    """Write requests that redeem so many codes, issued for it, for a hundred accounts."""
    return [
        site.post(
            f"{PATH}/redeem",
            {"code": code, "account": {"external_reference": f"bench-{number % ACCOUNTS}"}},
        )
        for number, code in enumerate(fresh_codes(count))
    ]


def _redemption(site: Site, code: str) -> str:
    account = {"external_reference": f"bench-crowd-{uuid4()}"}
    return site.post(f"{PATH}/redeem", {"code": code, "account": account})


def _plain_calls(count: int) -> float:
    """Redeem in one thread of this process, with no HTTP before it."""
    codes, to = fresh_codes(count), make_assignee()
    origin = Origin(surface="bench")
    settle()

    def everything() -> float:
        started = now()
        for code in codes:
            redeem(code=code, to=to, by=SYSTEM, at=now(), origin=origin)
        hang_up()
        return (now() - started).total_seconds()

    with ThreadPoolExecutor(1) as pool:
        return count / pool.submit(everything).result()
