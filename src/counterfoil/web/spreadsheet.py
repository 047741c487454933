"""Files of lines, sent as they are made."""

import re
from collections.abc import Iterable
from typing import cast

from django.http import HttpResponse, StreamingHttpResponse

MARK = "\ufeff"  # without it some spreadsheets take UTF-8 for something else
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")


def csv_download(lines: Iterable[str], *, name: str) -> HttpResponse:
    """Send lines of CSV as a file to be saved, without holding all of them at once."""

    def marked() -> Iterable[str]:
        yield MARK
        yield from lines

    response = StreamingHttpResponse(marked(), content_type="text/csv; charset=utf-8")
    safe = _UNFIT.sub("-", name).strip("-.")[:100] or "results"
    response.headers["Content-Disposition"] = f'attachment; filename="{safe}"'
    response.headers["Cache-Control"] = "no-store"
    return cast("HttpResponse", response)  # which is what views are said to give
