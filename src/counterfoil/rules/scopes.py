"""What an API key may do."""

from enum import StrEnum


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
    ASSIGN = "assignments:write"
    ALLOTMENTS = "allotments:read"
    MILESTONES = "milestones:write"
    FULFIL = "fulfilments:write"
    BOUNCES = "bounces:write"
