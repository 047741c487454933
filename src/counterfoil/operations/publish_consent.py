"""Publish a text that holders are asked to agree to."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from counterfoil.errors import ConsentChanged, ConsentInvalid, Fault
from counterfoil.models import ConsentText
from counterfoil.operations._auditing import note
from counterfoil.rules.people import Actor

LONGEST_TITLE, LONGEST_BODY = 200, 60_000

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\Z", re.ASCII)


@transaction.atomic
def publish_consent(
    *,
    document: str,
    texts: Mapping[str, tuple[str, str]],
    by: Actor,
    at: datetime,
    instead_of: int | None = None,
) -> int:
    """
    Publish the next version of a document: language -> title and body; gives its number.

    What people agreed to stays what it was. From now on the new version is shown; whoever reads
    the old one at this moment is shown the new one before they agree. Publishing exactly what is
    the newest already makes no new version. ``instead_of`` is the version they were written over
    (0 for a new document), so that nobody overwrites what they have not seen.

    :raises ConsentInvalid: if there is no text, or one lacks its title or body.
    :raises ConsentChanged: if somebody else has published another version in the meantime.
    """
    told = {one: (title.strip(), body.strip()) for one, (title, body) in texts.items()}
    if faults := list(_faults(document, told)):
        raise ConsentInvalid(faults=faults)
    newest = ConsentText.objects.newest(document)
    if {one.language: (one.title, one.body) for one in newest} == told:
        return newest[0].version
    last = ConsentText.objects.filter(document=document).aggregate(at=Max("version"))["at"] or 0
    if instead_of is not None and instead_of != last:
        raise ConsentChanged
    try:
        with transaction.atomic():
            ConsentText.objects.bulk_create(
                ConsentText(
                    document=document,
                    version=last + 1,
                    language=language,
                    title=title,
                    body=body,
                    created_at=at,
                )
                for language, (title, body) in told.items()
            )
    except IntegrityError as raced:
        raise ConsentChanged from raced
    note(
        "publish_consent",
        connection=None,
        subject=f"consent:{document}",
        by=by,
        at=at,
        data={"before": last or None, "after": last + 1, "languages": sorted(told)},
    )
    return last + 1


def _faults(document: str, told: Mapping[str, tuple[str, str]]) -> Iterator[Fault]:
    if not _NAME.match(document):
        yield Fault("document", "Small letters, digits, dashes and underscores, 64 at most.")
    if not told:
        yield Fault("form", "Write it in one language at least.")
    for language, (title, body) in told.items():
        if not 1 <= len(title) <= LONGEST_TITLE:
            yield Fault(f"title.{language}", f"Give a title of {LONGEST_TITLE} characters at most.")
        if not 1 <= len(body) <= LONGEST_BODY:
            yield Fault(f"body.{language}", f"Give a text of {LONGEST_BODY:,} characters at most.")
