"""Run the workloads one after the other."""

import argparse
import sys
from collections.abc import Callable, Iterator

from django.core.management import call_command

from bench.suite import issuing, redeeming, report, starting, storm, telling, tracing, working
from bench.suite.figures import Figure, Sizes

WORKLOADS: dict[str, Callable[[Sizes], Iterator[Figure]]] = {
    "start": starting.cold_start,
    "storm": storm.storm,
    "issue": issuing.issue_on_purchase,
    "bulk": issuing.bulk_issue,
    "trace": tracing.trace_as_it_grows,
    "dispatch": working.dispatch_entries,
    "webhooks": telling.send_events,
    "contend": redeeming.contended_redeem,
    "verify": working.verify,
    "redeem": redeeming.redeem_over_http,
    "check": redeeming.check_over_http,
}
"""
What is measured, in this order: others leave records that storm would find, for it lets no time
pass, and the floor of redeem leaves such that verify would.
"""


def main() -> int:
    """Measure what was asked for, and give 0 if every target is met."""
    parser = argparse.ArgumentParser()
    parser.add_argument("workloads", nargs="*")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--sizes")
    parser.add_argument("--bulk", type=int)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--keep-as-baseline", action="store_true")
    given = parser.parse_args()
    if unknown := set(given.workloads) - set(WORKLOADS):
        parser.error(f"no workload {', '.join(sorted(unknown))}; there are {', '.join(WORKLOADS)}")
    quick = given.quick
    sizes = Sizes(
        quick=quick,
        rounds=given.rounds or (2 if quick else 5),
        clients=given.clients,
        requests=400 if quick else 3_000,
        bulk=given.bulk or (2_000 if quick else 50_000),
        outstanding=[int(size) for size in (given.sizes or "10000,100000").split(",")],
        workers=given.workers,
        threads=given.threads,
    )
    call_command("migrate", verbosity=0)
    figures: list[Figure] = []
    for name in (name for name in WORKLOADS if name in (given.workloads or WORKLOADS)):
        print(f"{name} ...", file=sys.stderr, flush=True)
        figures += WORKLOADS[name](sizes)
        report.keep(figures, sizes, accept=False)  # what is measured is not lost by what follows
    report.show(figures)
    report.keep(figures, sizes, accept=given.keep_as_baseline)
    return 0


if __name__ == "__main__":
    sys.exit(main())
