"""In which steps times are counted for figures: fine at first, then coarser."""

DAY = 24
STEPS = (
    *(1, 2, 3, 4, 6, 9, 12, 18),
    *(days * DAY for days in (1, 2, 3, 4, 5, 6, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365)),
    *(days * DAY for days in (545, 730)),
)
"""Hours after which the next step begins. What took three hours and a bit is in the step of 3."""


def ends(begin: int) -> int | None:
    """Give the hours within which everything in a step was over; the last one has no end."""
    return next((step for step in STEPS if step > begin), None)
