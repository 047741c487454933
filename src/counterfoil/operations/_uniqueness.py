"""What keeps subjects unique: a keyed hash of what no two of a kind may share."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from counterfoil.models import Subject
from counterfoil.models.keys import keyring
from counterfoil.models.subject_kinds import subject_kinds
from counterfoil.rules.subjects import SubjectKind, Uniqueness


def unique_keys(kind: SubjectKind, text: str | None) -> list[str]:
    """Hash what must be unique, under every index key, the current first: it may be personal."""
    if text is None:
        return []
    plain = sha256(text.encode()).hexdigest()
    found = keyring().lookups("subject:", f"{kind.name}|{plain}")
    return [f"{one.key_id}:{one.digest.hex()}" for one in found]


def host_text(
    kind: SubjectKind, account_id: UUID, reference: str, data: Mapping[str, Any]
) -> str | None:
    """Give what no two subjects in the host's system may share, or ``None`` if they may."""
    if kind.unique is Uniqueness.NONE:
        return None
    return kind.unique_text(account_id, data) or f"host|{reference}"


def unique_keys_of(subject: Subject) -> list[str]:
    """Hash once more what keeps a subject unique, from what is kept of it."""
    kind = subject_kinds().get(subject.kind)
    if kind is None:
        return []
    if reference := subject.external_reference:
        text = host_text(kind, subject.account_id, reference, subject.data)
    else:
        text = kind.unique_text(subject.account_id, subject.data)
    return unique_keys(kind, text)
