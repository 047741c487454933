"""Which mails have words of staff, and which had?"""

from collections.abc import Mapping
from uuid import UUID

from counterfoil.models import MailText


def texts_in_use() -> Mapping[tuple[str, str], MailText]:
    """Give what staff changed, by mail and language."""
    used = MailText.objects.filter(ended_at=None)
    return {(one.template, one.language): one for one in used}


def text_in_use(key: str, language: str) -> MailText | None:
    """Give the words of staff for a mail in a language, if there are any."""
    return MailText.objects.filter(template=key, language=language, ended_at=None).first()


def history(key: str, language: str, *, limit: int = 20) -> tuple[MailText, ...]:
    """Give the words a mail had in a language, the newest first."""
    rows = MailText.objects.filter(template=key, language=language)
    return tuple(rows.order_by("-pk")[:limit])


def old_text(text_id: UUID, *, key: str, language: str) -> MailText | None:
    """Give words a mail had once."""
    return MailText.objects.filter(pk=text_id, template=key, language=language).first()
