"""Files of lines, sent as they are made."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Protocol, cast, runtime_checkable

from django.http import HttpResponse, StreamingHttpResponse

MARK = "\ufeff"  # without it some spreadsheets take UTF-8 for something else


@runtime_checkable
class Closable(Protocol):
    """Lines that hold something until they are closed."""

    def close(self) -> None:
        """Let go of it."""


_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")


class _Marked(Iterator[str]):
    """Lines behind the mark; they are closed with the answer, also if none of them was read."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._source, self._lines = lines, chain([MARK], lines)

    def __next__(self) -> str:
        return next(self._lines)

    def close(self) -> None:
        if isinstance(self._source, Closable):
            self._source.close()


def csv_download(lines: Iterable[str], *, name: str) -> HttpResponse:
    """Send lines of CSV as a file to be saved, without holding all of them at once."""

    response = StreamingHttpResponse(_Marked(lines), content_type="text/csv; charset=utf-8")
    safe = _UNFIT.sub("-", name).strip("-.")[:100] or "results"
    response.headers["Content-Disposition"] = f'attachment; filename="{safe}"'
    response.headers["Cache-Control"] = "no-store"
    return cast("HttpResponse", response)  # which is what views are said to give
