"""Sending files of lists: in time, counted while they are on their way, and written down."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import timedelta

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from counterfoil.conf import conf
from counterfoil.console.doors import Visit
from counterfoil.errors import ListTooSlow
from counterfoil.models import AuditEntry
from counterfoil.operations.end_export import end_export
from counterfoil.operations.record_broken_export import record_broken_export
from counterfoil.rules.people import Actor
from counterfoil.web.spreadsheet import csv_download


def send_file(visit: Visit, lines: Iterable[str], kept: AuditEntry, *, name: str) -> HttpResponse:
    """Send lines of CSV as what was written down, and make room for another when they are over."""
    return csv_download(Sending(lines, kept, visit.operator), name=name)


def not_sent(visit: Visit, refusal: Exception, where: str, *told: object) -> HttpResponse:
    """Say why nothing is sent, on the page that offered it."""
    messages.error(visit.request, str(refusal), fail_silently=True)
    return redirect(where, *told)


class Sending(Iterator[str]):
    """Lines of an export, which write down if they end before their time, and take no longer."""

    def __init__(self, lines: Iterable[str], kept: AuditEntry, by: Actor) -> None:
        """Send these as what is ``kept`` of them."""
        self._lines, self._export_id, self._by = iter(lines), kept.pk, by
        self._until = kept.at + timedelta(minutes=conf.EXPORT_MINUTES)
        self._sent, self._is_over = -1, False  # the headings are no row

    def __next__(self) -> str:
        """
        Give the next line.

        :raises ListTooSlow: so that the connection ends, and no browser takes the file for whole.
        """
        try:
            line = next(self._lines)
        except StopIteration:
            self._end()
            raise
        except (ListTooSlow, DatabaseError):
            self._break_off("too_slow")
            raise
        if timezone.now() > self._until:
            self._break_off("too_long")
            raise ListTooSlow
        self._sent += 1
        return line

    def close(self) -> None:
        """Let go of it: whoever asked for it has left, unless it was over."""
        if not self._is_over:
            self._break_off("left")

    def _end(self) -> None:
        self._is_over = True
        with suppress(DatabaseError):
            end_export(export_id=self._export_id, by=self._by, at=timezone.now())

    def _break_off(self, why: str) -> None:
        self._is_over = True
        rows, at = max(self._sent, 0), timezone.now()
        with suppress(DatabaseError):
            record_broken_export(export_id=self._export_id, rows=rows, why=why, by=self._by, at=at)
