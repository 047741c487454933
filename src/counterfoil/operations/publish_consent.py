"""Publish a text that holders are asked to agree to."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from counterfoil.errors import Conflict, Rejected
from counterfoil.models import ConsentText
from counterfoil.rules.people import Actor

LONGEST_TITLE = 200


@transaction.atomic
def publish_consent(
    *, document: str, texts: Mapping[str, tuple[str, str]], by: Actor, at: datetime
) -> int:
    """
    Publish the next version of a document: language -> title and body; gives its number.

    What people agreed to stays what it was. From now on the new version is shown; whoever reads
    the old one at this moment is shown the new one before they agree. Publishing exactly what is
    the newest already makes no new version.

    :raises Rejected: if there is no text, or one lacks its title or body.
    :raises Conflict: if somebody else published at the same moment.
    """
    told = {one: (title.strip(), body.strip()) for one, (title, body) in texts.items()}
    if not told or not all(title[:LONGEST_TITLE] and body for title, body in told.values()):
        raise Rejected(f"{by.display or by.id} gave no text, or one without title or body.")
    newest = ConsentText.objects.newest(document)
    if {one.language: (one.title, one.body) for one in newest} == told:
        return newest[0].version
    last = ConsentText.objects.filter(document=document).aggregate(at=Max("version"))["at"] or 0
    try:
        with transaction.atomic():
            ConsentText.objects.bulk_create(
                ConsentText(
                    document=document,
                    version=last + 1,
                    language=language,
                    title=title[:LONGEST_TITLE],
                    body=body,
                    created_at=at,
                )
                for language, (title, body) in told.items()
            )
    except IntegrityError as raced:
        raise Conflict("Somebody else published this at the same moment.") from raced
    return last + 1
