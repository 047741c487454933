"""The demo's mailbox: mails that Django wrote to files instead of sending them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import escape
from pathlib import Path
from urllib.parse import quote

from counterfoil_sim.frame import page
from counterfoil_sim.markup import POLICY
from counterfoil_sim.responses import Response, as_html

_SEPARATOR = re.compile(rb"^-{79}\r?$", re.MULTILINE)
_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
_SHOWN = 200
# The mail itself runs nothing: it has styles of its own, and links that leave the frame.
_MAIL_POLICY = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """One mail and where it lies."""

    file: str
    number: int
    written_at: datetime
    message: EmailMessage

    @property
    def subject(self) -> str:
        """Give the subject, or something to click on."""
        return str(self.message["subject"] or "(no subject)")

    def part(self, kind: str) -> str:
        """Give the text of the part of this kind: ``plain`` or ``html``."""
        found = self.message.get_body(preferencelist=(kind,))
        try:
            return "" if found is None else str(found.get_content())
        except (LookupError, ValueError):
            return "(this part cannot be read)"


def mails(folder: Path) -> list[Mail]:
    """Give the mails in a folder, newest first; a file may hold several."""
    files = [one for one in folder.glob("*") if one.suffix in (".log", ".eml") and one.is_file()]
    found = [mail for file in files for mail in _in_file(file)]
    found.sort(key=lambda mail: (mail.written_at, mail.file, mail.number), reverse=True)
    return found[:_SHOWN]


def listing(folder: Path | None) -> Response:
    """Show all mails."""
    if folder is None:
        body = (
            '<p class="card">Start the simulator with <code>--mail FOLDER</code> to see mail.</p>'
        )
        return _answer("Mail", body)
    rows = "".join(
        f'<li><a href="/mail/{quote(mail.file)}/{mail.number}">'
        f"<strong>{escape(mail.subject)}</strong><br>"
        f'<span class="quiet">to {escape(str(mail.message["to"]))} · '
        f"{mail.written_at:%Y-%m-%d %H:%M:%S} UTC</span></a></li>"
        for mail in mails(folder)
    )
    empty = '<p class="card">No mail yet.</p>'
    return _answer("Mail", f'<ul class="mails card">{rows}</ul>' if rows else empty)


def one(folder: Path | None, file: str, number: int) -> Mail | None:
    """Find one mail."""
    found = mails(folder) if folder is not None else []
    return next((mail for mail in found if (mail.file, mail.number) == (file, number)), None)


def show(mail: Mail | None, *, foot: str = "") -> Response:
    """Show one mail: its HTML as the recipient sees it, then its text, then what can be done."""
    if mail is None:
        return _answer("No such mail", '<p><a href="/mail">All mail</a></p>', status=404)
    return _answer(mail.subject, _whole(mail) + foot)


def bouncing(came_back: str) -> str:
    """Offer to let a mail come back; say so if it just has."""
    told = f'<p role="status">The shop was told: {escape(came_back)}.</p>' if came_back else ""
    return (
        '<form class="card" method="post"><h2>Let it come back</h2>'
        "<p>The shop is told, as a mail provider would tell it.</p>"
        f'{told}<p><button name="kind" value="hard">The address does not work</button> '
        '<button name="kind" value="soft">Not just now</button> '
        '<button name="kind" value="complaint">Called spam</button></p></form>'
    )


def linked(text: str) -> str:
    """Escape a text and make the addresses in it work."""
    parts, last = [], 0
    for found in _ADDRESS.finditer(text):
        url = escape(found.group())
        parts += [escape(text[last : found.start()]), f'<a href="{url}" target="_top">{url}</a>']
        last = found.end()
    return "".join([*parts, escape(text[last:])])


def _whole(mail: Mail) -> str:
    heads = "".join(
        f"<tr><th>{name}</th><td>{escape(str(mail.message[name]))}</td></tr>"
        for name in ("From", "To", "Cc", "Reply-To", "Subject", "Date")
        if mail.message[name]
    )
    html, plain = mail.part("html"), mail.part("plain")
    framed = ""
    if html:
        inside = escape(f'<base target="_top">{html}')
        framed = (
            '<div class="card"><h2>As HTML</h2><iframe title="The mail as HTML" '
            'sandbox="allow-top-navigation-by-user-activation allow-popups" '
            f'srcdoc="{inside}"></iframe></div>'
        )
    text = (
        f'<div class="card"><h2>As text</h2><pre class="mail">{linked(plain)}</pre></div>'
        if plain
        else ""
    )
    return (
        f'<p><a href="/mail">All mail</a></p><div class="card scroll"><table>{heads}</table></div>'
        f"{framed}{text}"
    )


def _in_file(file: Path) -> list[Mail]:
    try:
        content, written = file.read_bytes(), file.stat().st_mtime
    except OSError:
        return []
    pieces = [piece.strip(b"\r\n") for piece in _SEPARATOR.split(content)]
    return [
        Mail(
            file=file.name,
            number=number,
            written_at=datetime.fromtimestamp(written, tz=UTC),
            message=message_from_bytes(piece, policy=policy.default),
        )
        for number, piece in enumerate(pieces)
        if piece
    ]


def _answer(title: str, body: str, *, status: int = 200) -> Response:
    return as_html(page(title, body, here="/mail"), status=status, policy=_MAIL_POLICY)
