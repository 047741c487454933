"""What a partner has, as a file: its own data, and never a code."""

import csv
import io
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import get_language

from counterfoil.portal import words
from counterfoil.portal.doors import Visit, members_only
from counterfoil.portal.stock import asked_for
from counterfoil.queries.pieces import Asked, all_pieces
from counterfoil.rules.partners import PartnerRight
from counterfoil.rules.spreadsheets import formula_safe
from counterfoil.web.spreadsheet import csv_download

HEADINGS = (
    *("entitlement", "number", "product", "status", "recipient", "reserved_for", "send_at", "sent"),
    *("came_back", "opened", "claimed", "valid_until"),
)


@members_only(PartnerRight.EXPORT)
def export(visit: Visit) -> HttpResponse:
    """Send what was asked for as a file, the addresses in full that the partner itself gave."""
    lines = _lines(visit.partner_id, asked_for(visit), language=get_language() or "en")
    return csv_download(lines, name=f"{visit.member.partner.slug}.csv")


def _lines(partner_id: UUID, asked: Asked, *, language: str) -> Iterator[str]:
    yield _line(HEADINGS)
    for one in all_pieces(partner_id, asked):
        with translation.override(language):
            standing = words.worded(words.STANDINGS, one.standing)
        start = (one.handle, one.serial or "", one.product, standing)
        people = (one.contact.mail if one.contact else "", one.reserved_for)
        moments = (one.send_at, one.sent_at, one.bounced_at, one.opened_at, one.claimed_at)
        yield _line((*start, *people, *map(_moment, moments), _moment(one.expires_at)))


def _moment(moment: Any) -> str:
    return moment.isoformat(timespec="minutes") if moment else ""


def _line(cells: Any) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([formula_safe(cell) for cell in cells])
    return line.getvalue()
