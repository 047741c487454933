"""What an API key may do."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Scope(StrEnum):
    """One permission of an API key; the value never changes once released."""

    CHECK = "codes:check"
    REDEEM = "codes:redeem"
    REASONS = "codes:reasons"
    TRACE = "purchases:read"
    GRANT = "grants:write"
    TELL = "purchases:write"
    COLLECT = "codes:collect"
    JOBS = "jobs:read"
    ORDER_FILES = "order_files:write"
    ACTIVATE = "activations:write"
    RESERVE = "reservations:write"
    HAND_OUT = "handouts:write"
    CARDS = "cards:write"
    ASSIGN = "assignments:write"
    ALLOTMENTS = "allotments:read"
    MILESTONES = "milestones:write"
    FULFIL = "fulfilments:write"
    BOUNCES = "bounces:write"
    REPAIR = "entitlements:write"
    GIFTS = "gifts:write"
    PARTNERS = "partners:write"
    BATCHES = "batches:write"
    READ_DELIVERIES = "deliveries:read"
    DELIVERIES = "deliveries:write"
    READ_EXCEPTIONS = "exceptions:read"
    EXCEPTIONS = "exceptions:write"
    READ_PRODUCTS = "products:read"
    STOP_JOBS = "jobs:write"
    CONTINUE_JOBS = "jobs:continue"
    EVENTS = "events:read"
    WEBHOOKS = "webhooks:write"
    NOTES = "notes:write"


WORDS: Mapping[Scope, str] = MappingProxyType(
    {
        Scope.CHECK: "look at what a code would give",
        Scope.REDEEM: "redeem codes for accounts the caller names",
        Scope.REASONS: "be told precisely why a code cannot be used, instead of the neutral answer",
        Scope.TRACE: "read what became of purchases and entitlements; with a bound key, of its own",
        Scope.GRANT: "give entitlements without a sale",
        Scope.ACTIVATE: "sell printed codes at the point of sale the key is bound to",
        Scope.TELL: "tell us of purchases made elsewhere, and take them back; only with a"
        " key that is bound to a connection",
        Scope.COLLECT: "be given the codes of purchases it told us of; only with a bound key",
        Scope.ORDER_FILES: "send order files and have them carried out; a partner with a bound key",
        Scope.RESERVE: "reserve entitlements, renew and release that; a partner its own",
        Scope.HAND_OUT: "hand out entitlements to people by their address; a partner its own",
        Scope.CARDS: "print cards, and so be given the codes of what is free; a partner its own",
        Scope.ASSIGN: "assign entitlements, say what they are for, and give them to another"
        " account",
        Scope.ALLOTMENTS: "read allotments and their counts; a partner its own",
        Scope.MILESTONES: "tell what happened at the host's to what was assigned",
        Scope.FULFIL: "confirm that a record asked for by webhook was made, or is gone",
        Scope.BOUNCES: "tell us that mails came back",
        Scope.JOBS: "see how far long work has come; a partner sees its own",
        Scope.REPAIR: "withdraw entitlements, bring them back, extend, hold and unassign them, and"
        " have tried again what failed downstream",
        Scope.GIFTS: "give entitlements as gifts, correct that and call it off",
        Scope.PARTNERS: "open partners and let in their members, allot to them, suspend them",
        Scope.BATCHES: "ask for printed codes, and withdraw batches of them",
        Scope.READ_DELIVERIES: "see which mails and webhooks went out, and which came back",
        Scope.DELIVERIES: "have mails and webhooks sent again",
        Scope.READ_EXCEPTIONS: "see what needs a person",
        Scope.EXCEPTIONS: "take, postpone and settle what needs a person",
        Scope.READ_PRODUCTS: "read products and their terms",
        Scope.STOP_JOBS: "stop long work",
        Scope.CONTINUE_JOBS: "take long work up again that was stopped, by whomever, or failed",
        Scope.EVENTS: "read the feed of events; a partner its own",
        Scope.WEBHOOKS: "configure where events are sent; a partner its own",
        Scope.NOTES: "write notes on purchases, entitlements and exceptions, and read them",
    }
)
"""What each allows, in words."""

NEEDS_CONNECTION = frozenset({Scope.TELL, Scope.COLLECT, Scope.ACTIVATE})
"""What a key can use only when it is bound to a connection."""
