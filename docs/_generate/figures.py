"""What exactly each figure counts, in the words that the console shows with it."""

from counterfoil.queries.figure_list import FIGURES


def definitions() -> str:
    """Write the figures by their groups, with the definition of each."""
    lines: list[str] = []
    group = ""
    for figure in FIGURES:
        if str(figure.group) != group:
            group = str(figure.group)
            lines += [f"## {group}", ""]
        lines += [f"### {figure.title}", ""]
        lines += [f"* {sentence}" for sentence in figure.means]
        lines += [""]
    return "\n".join(lines)
