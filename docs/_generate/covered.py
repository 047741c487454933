"""
What goes wrong at a channel, and the tests that show what comes of it.

A file of tests says in ``COVERS`` which failures it shows, by their numbers here; the channel is
read from the name of the file. What no channel does by itself is shown once, for all of them.
"""

import ast
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from .markdown import code, table

TESTS = Path(__file__).parents[2] / "tests"
ALL = "all"

CHANNELS: Mapping[str, str] = {
    "native": "our checkout",
    "stripe": "Stripe",
    "shopify": "Shopify",
    "woocommerce": "WooCommerce",
    "partner": "partner API",
    "coupled": "coupled",
    "order_file": "order file",
    "point_of_sale": "point of sale",
}

FAILURES: Mapping[str, tuple[str, str]] = {
    "F1": ("the same message twice, or ten at once", "one effect"),
    "F2": ("one payment told in several ways", "one set of entitlements"),
    "F3": ("messages in the wrong order", "the newest state counts; what is unknown waits"),
    "F4": ("a message days late", "handled like any other"),
    "F5": ("forged, unsigned, or no secret configured", "refused and counted, with an alarm"),
    "F6": ("a true message under other headers", "the headers change nothing"),
    "F7": ("secrets and keys are changed", "old and new fit for a while; what is lost is repaired"),
    "F8": ("signed too long ago, or in the future", "refused; the sweep repairs it"),
    "F9": ("too large, unreadable, numbers beyond 2^53", "refused or tolerated, never an error"),
    "F10": ("a product nobody mapped; an unknown event", "an exception; ignored"),
    "F11": ("a test order at a live connection", "kept as a test, issues nothing"),
    "F12": ("the sender gave up, or forgot the subscription", "put back; the sweep repairs it"),
    "F13": ("a message that can never be handled", "parked after ten tries; others go on"),
    "F17": ("killed between what was done and its mail", "sent later, under one Message-ID"),
    "F24": ("a database set back to an earlier moment", "everything is found again"),
    "F34": ("many at once on one pool", "none is given twice"),
    "F36": ("some of several units refunded", "the newest unused ones are withdrawn"),
    "F37": ("an amount refunded without saying for what", "nothing, or a question to a person"),
    "F38": ("refunded after somebody used it", "as the terms say, never silently"),
    "F39": ("the outcome of a refund changes later", "decided anew"),
    "F40": ("disputed, won, lost", "held, lifted, withdrawn; an inquiry changes nothing"),
    "F41": ("the order is edited", "the difference is issued or withdrawn"),
    "F42": ("another amount or currency than expected", "an exception, nothing issued"),
    "F43": ("nothing to pay", "issued"),
    "F44": ("a delayed payment fails, or comes days later", "nothing before it has come"),
    "F45": ("currencies without decimals, or with three", "whole minor units"),
    "F49": ("a mail cannot be delivered", "seen by those who can mend it; nothing else moves"),
    "F55": ("a partner beyond what it has, also at once", "refused whole, with what is left"),
    "F56": ("a file with bad rows", "told by row; repeatable"),
    "F57": ("staff give too much", "limits, a reference, a second person"),
    "F61": ("a partner suspended", "refused with notice; nothing deleted; reversible"),
}

OF_NO_CHANNEL = frozenset({"F17", "F49", "F24", "F34", "F55", "F56", "F57", "F61"})
"""What goes wrong elsewhere: not every channel has to show it."""

CONTRACT: Mapping[str, list[str]] = {
    "F6": ["test_gives_headers_no_meaning"],
    "F7": ["test_accepts_the_secret_that_is_being_replaced"],
    "F9": ["test_refuses_what_is_too_large", "test_refuses_what_is_signed_and_cannot_be_read"],
}
"""What the contract test shows of every channel that passes it."""

NO_MONEY = "no money moves through it: whoever told of units cancels units, and that is shown apart"
NO_WAY_BACK = "a file only ever adds: what was refunded elsewhere is withdrawn by staff"
AT_THE_TILL = "it knows pieces and no money: a piece that comes back is undone or cancelled"
TEST_PAYMENT = "our own payment is a test: nothing can be refunded, disputed or delayed"
ALIKE = "a coupled shop tells of its sales as a partner does: it is shown there"
NO_CART = "there is no cart of ours to compare with; what was told is what was sold"
UNSIGNED = "no message is signed: whoever has the key speaks now"
OF_PARTNERS = {
    "F8": UNSIGNED,
    "F37": NO_MONEY,
    "F39": NO_MONEY,
    "F40": NO_MONEY,
    "F42": NO_CART,
    "F44": "only what is paid is told",
}
APART: Mapping[str, Mapping[str, str]] = {
    "native": dict.fromkeys(("F36", "F37", "F38", "F39", "F40", "F43", "F44"), TEST_PAYMENT),
    "partner": OF_PARTNERS,
    "coupled": OF_PARTNERS
    | dict.fromkeys(
        ("F3", "F4", "F5", "F6", "F7", "F10", "F11", "F12", "F13", "F43", "F45"), ALIKE
    ),
    "woocommerce": {
        "F8": "WooCommerce signs no time; an old message only has its order read again",
        "F40": "WooCommerce knows no disputes; payment plugins put the order on hold",
    },
    "order_file": dict.fromkeys(("F36", "F37", "F38", "F39", "F40"), NO_WAY_BACK),
    "point_of_sale": dict.fromkeys(("F36", "F37", "F38", "F39", "F40", "F43", "F44"), AT_THE_TILL),
}

TILLS = frozenset({"test_activate_at_sale"})
"""Tests of the point of sale that are named by their act."""


@cache
def covered() -> Mapping[tuple[str, str], list[str]]:
    """Find the tests by failure and channel."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        for failure, tests in _covers(path).items():
            where = path.relative_to(TESTS.parent)
            found[failure, channel_of(path)] += [f"{where}::{test}" for test in tests]
    return found


def channel_of(path: Path) -> str:
    """Tell which channel a file of tests is about: the longest name its own name holds."""
    if path.stem in TILLS:
        return "point_of_sale"
    named = [name for name in CHANNELS if f"_{name}" in f"_{path.stem.removeprefix('test_')}"]
    return max(named, key=len, default=ALL)


def matrix() -> str:
    """Write what goes wrong, times the channels, with the number of tests in each cell."""
    rows = []
    for failure, (what, outcome) in FAILURES.items():
        cells = [_cell(failure, channel) for channel in (*CHANNELS, ALL)]
        rows.append([f"{code(failure)} {what}", outcome, *cells])
    return table(["what goes wrong", "what comes of it", *CHANNELS.values(), "for all"], rows)


def tests() -> str:
    """List the tests of every cell."""
    parts = []
    for failure, (what, _) in FAILURES.items():
        parts.append(f"### {failure}: {what}")
        for channel in (*CHANNELS, ALL):
            if names := covered().get((failure, channel)):
                title = CHANNELS.get(channel, "for all channels")
                parts.append(f"({_anchor(failure, channel)})=\n**{title}**")
                parts.append("\n".join(f"* {code(name)}" for name in names))
    return "\n\n".join(parts)


def reasons() -> str:
    """Say why a cell of the table is empty."""
    return table(
        ["channel", "failure", "why there is no test"],
        (
            [CHANNELS[channel], code(failure), why]
            for channel, apart in APART.items()
            for failure, why in apart.items()
        ),
    )


def _cell(failure: str, channel: str) -> str:
    names = covered().get((failure, channel))
    if names:
        return f"[{len(names)}](#{_anchor(failure, channel)})"
    return "none" if failure in APART.get(channel, {}) else ""


def _anchor(failure: str, channel: str) -> str:
    return f"{failure.lower()}-{channel.replace('_', '-')}"


def _covers(path: Path) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "COVERS":
            for failure, shown in ast.literal_eval(node.value).items():
                found[failure] += shown
        elif isinstance(node, ast.ClassDef) and "ChannelContract" in map(ast.unparse, node.bases):
            for failure, shown in CONTRACT.items():
                found[failure] += shown
    return found
