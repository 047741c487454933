"""The demo's mailbox: what was sent to anybody, and nothing where mail really goes out."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

LINK = re.compile(r"https?://[^\s<>]+")
MOST = 50


@dataclass(frozen=True)
class Letter:
    """One mail."""

    name: str
    to: str
    subject: str
    text: str

    @property
    def parts(self) -> list[tuple[str, bool]]:
        """Give its text in pieces, and whether each is an address to follow."""
        found, end = [], 0
        for link in LINK.finditer(self.text):
            found += [(self.text[end : link.start()], False), (link.group(), True)]
            end = link.end()
        return [*found, (self.text[end:], False)]


def listing(request: HttpRequest) -> HttpResponse:
    """List the newest mails first."""
    files = sorted(_folder().glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)
    letters = [one for file in files[:MOST] for one in reversed(_read(file))]
    return render(request, "snoutline/mailbox.html", {"letters": letters})


def letter(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail."""
    file, _, number = name.rpartition("-")
    path = _folder() / f"{Path(file).name}.log"
    letters = _read(path) if path.is_file() and number.isdecimal() else []
    if int(number or 0) >= len(letters):
        raise Http404
    return render(request, "snoutline/letter.html", {"letter": letters[int(number)]})


def _folder() -> Path:
    if not settings.MAIL_FOLDER:
        raise Http404
    return Path(settings.MAIL_FOLDER)


def _read(file: Path) -> list[Letter]:
    """Read the mails of one file; Django writes a line of dashes after each."""
    whole = [part for part in file.read_bytes().split(b"\n" + b"-" * 79 + b"\n") if part.strip()]
    return [_letter(f"{file.stem}-{number}", part) for number, part in enumerate(whole)]


def _letter(name: str, raw: bytes) -> Letter:
    read = message_from_bytes(raw.lstrip(), _class=EmailMessage, policy=policy.default)
    body = read.get_body(("plain",))
    text = str(body.get_content()) if body else ""
    return Letter(name=name, to=str(read["To"]), subject=str(read["Subject"]), text=text)
