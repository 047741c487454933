"""What can be said to an offer."""

from enum import StrEnum


class Answer(StrEnum):
    """What whoever was offered something says to it."""

    ACCEPT = "accept"
    DECLINE = "decline"
