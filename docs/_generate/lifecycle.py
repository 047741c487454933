"""The lifecycle: its tables, and the drawing."""

from counterfoil.rules.acts import ALLOWED, STOPPED_BY_HOLD
from counterfoil.rules.lifecycle import CODE_STATES, HOLDER_STATES, MOVES, Move, State

from . import words
from .markdown import code, codes, table

WIDTH, HEIGHT, BOX = 860, 372, (116, 38)
PLACES = {
    State.MINTED: (82, 150),
    State.ISSUED: (290, 150),
    State.RESERVED: (420, 40),
    State.ASSIGNED: (550, 150),
    State.FULFILLED: (780, 150),
    State.REVOKED: (430, 330),
}
REVOKED_WIDTH = 826


def states() -> str:
    """Write the table of states."""
    return table(
        ["state", "meaning", "live code", "holder"],
        (
            [
                code(state.value),
                meaning,
                "one" if state in CODE_STATES else "none",
                "one" if state in HOLDER_STATES else "nobody",
            ]
            for state, meaning in words.STATES.items()
        ),
    )


def moves() -> str:
    """Write the table of moves."""
    rows = []
    for move, meaning in words.MOVES.items():
        steps = sorted(MOVES[move], key=lambda step: (step[1], step[0] or ""))
        told = "; ".join(
            f"{code(before.value) if before else 'nothing'} → {code(after.value)}"
            for before, after in steps
        )
        rows.append([code(move.value), told, meaning])
    return table(["move", "from → to", "when"], rows)


def public_states() -> str:
    """Write what outsiders are told."""
    return table(
        ["public state", "meaning"],
        ([code(state.value), meaning] for state, meaning in words.PUBLIC_STATES.items()),
    )


def allowed() -> str:
    """Write from which states staff may do what."""
    return table(
        ["act", "from", "while on hold"],
        (
            [
                code(act.value),
                "any state" if len(found) == len(State) else codes(sorted(found)),
                "no" if act in STOPPED_BY_HOLD else "yes",
            ]
            for act, found in ALLOWED.items()
        ),
    )


def diagram() -> str:
    """Draw the lifecycle as SVG, in the colours of the page."""
    parts = [_arrow(move, before, after) for move in MOVES for before, after in _steps(move)]
    parts += [_box(state) for state in State]
    return (
        f'<svg role="img" aria-label="The lifecycle as a diagram; the tables below say the same"'
        f' viewBox="0 0 {WIDTH} {HEIGHT}" style="max-width:100%;height:auto;color:inherit"'
        ' font-family="inherit" font-size="13">'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7"'
        ' markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="currentColor"/></marker>'
        f"</defs>{''.join(parts)}</svg>"
    )


def _steps(move: Move) -> list[tuple[State | None, State]]:
    return sorted(MOVES[move], key=lambda step: (step[1], step[0] or ""))


def _box(state: State) -> str:
    (x, y), (width, height) = PLACES[state], BOX
    width = REVOKED_WIDTH if state is State.REVOKED else width
    return (
        f'<rect x="{x - width / 2}" y="{y - height / 2}" width="{width}" height="{height}" rx="8"'
        ' fill="var(--color-background-primary, #fff)" stroke="currentColor" stroke-width="1.5"/>'
        f'<text x="{x}" y="{y + 5}" text-anchor="middle" fill="currentColor"'
        f' font-weight="600">{state.value}</text>'
    )


def _arrow(move: Move, before: State | None, after: State) -> str:
    if before is None:
        return _from_nothing(move, after)
    if State.REVOKED in (before, after):
        return _revoking(move, before, after)
    (x1, y1), (x2, y2), (width, height) = PLACES[before], PLACES[after], BOX
    if y1 != y2:
        return _slanted(move, before, after)
    if x1 < x2:
        start, end = x1 + width / 2, x2 - width / 2
        return _path(f"M{start} {y1}H{end}", move.value, (start + end) / 2, y1 - 7)
    low = y1 + height / 2
    depth = 26 if x1 - x2 < 300 else 58
    start, end = (x1 - 22, x2 + 34) if depth < 50 else (x1 - 22, x2 + 16)
    return _path(
        f"M{start} {low}C{start} {low + depth} {end} {low + depth} {end} {low}",
        move.value,
        (start + end) / 2,
        low + depth * 0.75 + 14,
    )


def _slanted(move: Move, before: State, after: State) -> str:
    """Draw a line to or from the row above, its label beside the middle of it."""
    (x1, y1), (x2, y2), (width, height) = PLACES[before], PLACES[after], BOX
    if y2 < y1:
        start, end, aside, anchor = (x1 - 8, y1 - height / 2), (x2 - width / 2, y2), -8, "end"
    elif x2 < x1:
        start, end, aside, anchor = (
            (x1 - 34, y1 + height / 2),
            (x2 + 32, y2 - height / 2),
            8,
            "start",
        )
    else:
        start, end, aside, anchor = (x1 + width / 2, y1), (x2, y2 - height / 2), 8, "start"
    x, y = (start[0] + end[0]) / 2 + aside, (start[1] + end[1]) / 2 + 4
    return _path(f"M{start[0]} {start[1]}L{end[0]} {end[1]}", move.value, x, y, anchor=anchor)


def _revoking(move: Move, before: State, after: State) -> str:
    """Draw a line down to the bar, or up from it."""
    down = after is State.REVOKED
    end = before if down else after
    x, y = PLACES[end]
    high, low = y + BOX[1] / 2, PLACES[State.REVOKED][1] - BOX[1] / 2
    x += 44 if end is State.RESERVED or not down else -44
    line = f"M{x} {high}V{low}" if down else f"M{x} {low}V{high}"
    if end is State.RESERVED:
        return _path(line, move.value, x - 5, low - 8, anchor="end")
    if down:
        return _path(line, move.value, x + 5, low - 8, anchor="start")
    return _path(line, move.value, x - 5, low - 26, anchor="end")


def _from_nothing(move: Move, after: State) -> str:
    x, y = PLACES[after]
    top = y - BOX[1] / 2
    return _path(f"M{x - 44} {top - 44}V{top}", move.value, x - 50, top - 28, anchor="end")


def _path(line: str, label: str, x: float, y: float, *, anchor: str = "middle") -> str:
    return (
        f'<path d="{line}" fill="none" stroke="currentColor" opacity=".6"'
        ' marker-end="url(#tip)"/>'
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="currentColor"'
        f' opacity=".85">{label}</text>'
    )
