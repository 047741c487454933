"""The few pieces of HTML that the pages are made of. Whatever is put in has been escaped."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from string import Template

POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
)

_WITHOUT_DECIMALS = """
    bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf
"""

_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title · Simulator</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/sim.css">
</head>
<body>
<header>
<div class="play"><strong>Simulator.</strong> This is not $name, and no money moves here.</div>
$nav
</header>
<main$narrow>
<h1>$title</h1>
$body
</main>
</body>
</html>
""")


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """What is around every page of a simulator: whom it plays, and where one can go."""

    name: str
    places: Sequence[tuple[str, str]]

    def page(self, title: str, body: str, *, here: str = "", narrow: bool = False) -> str:
        """Put a body into a page; ``here`` marks the place in the menu; there is none without."""
        links = "".join(
            f'<a href="{path}"{" aria-current=page" if path == here else ""}>{name}</a>'
            for path, name in self.places
        )
        return _PAGE.substitute(
            title=escape(title),
            name=escape(self.name),
            body=body,
            nav=f"<nav>{links}</nav>" if here else "",
            narrow=' class="narrow"' if narrow else "",
        )


def button(label: str, *, act: str, of: str = "", main: bool = False) -> str:
    """Give a form of one button that does something to something."""
    look = ' class="main"' if main else ""
    return (
        f'<form method="post" action="/act"><input type="hidden" name="of" value="{escape(of)}">'
        f'<button name="act" value="{escape(act)}"{look}>{escape(label)}</button></form>'
    )


def badge(text: str, mood: str = "") -> str:
    """Give a word in a pill."""
    return f'<span class="badge {mood}">{escape(text)}</span>'


def code(text: str) -> str:
    """Give an identifier."""
    return f'<span class="id">{escape(text)}</span>'


def money(amount: int, currency: str) -> str:
    """Write an amount of minor units."""
    if currency.lower() in _WITHOUT_DECIMALS.split():
        return f"{amount} {escape(currency.upper())}"
    return f"{amount // 100}.{amount % 100:02d} {escape(currency.upper())}"
