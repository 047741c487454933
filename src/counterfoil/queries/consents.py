"""Which texts are there to agree to, who is asked for them, and how many agreed?"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from counterfoil.errors import NotFound
from counterfoil.models import ConsentText, OnboardingStep, Product, StepStatus, TermsVersion
from counterfoil.rules.onboarding import StepKind


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentSeen:
    """A text in its newest version, and the products that ask for it now."""

    document: str
    version: int
    since: datetime
    title: str
    languages: tuple[str, ...]
    products: tuple[Product, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TextVersion:
    """One version of a text: language -> title and body, and how many agreed to it."""

    version: int
    since: datetime
    texts: Mapping[str, tuple[str, str]]
    agreed: int


def documents() -> Set[str]:
    """Name the texts that were published."""
    return set(ConsentText.objects.values_list("document", flat=True).distinct())


def documents_seen() -> Sequence[DocumentSeen]:
    """Give every text in its newest version."""
    asked = asking()
    found = []
    for document in sorted(documents()):
        newest = list(ConsentText.objects.newest(document).order_by("language"))
        found.append(
            DocumentSeen(
                document=document,
                version=newest[0].version,
                since=newest[0].created_at,
                title=_title(newest),
                languages=tuple(one.language for one in newest),
                products=tuple(asked.get(document, ())),
            )
        )
    return found


def versions_of(document: str) -> Sequence[TextVersion]:
    """
    Give every version of a text, the newest first.

    :raises NotFound: if there is none.
    """
    rows = ConsentText.objects.filter(document=document).order_by("-version", "language")
    agreed = dict(
        OnboardingStep.objects.filter(text__document=document, status=StepStatus.DONE)
        .values_list("text__version")
        .annotate(count=Count("pk"))
    )
    found: dict[int, TextVersion] = {}
    for row in rows:
        texts = dict(found[row.version].texts) if row.version in found else {}
        found[row.version] = TextVersion(
            version=row.version,
            since=row.created_at,
            texts=texts | {row.language: (row.title, row.body)},
            agreed=agreed.get(row.version, 0),
        )
    if not found:
        raise NotFound("There is no such text.")
    return list(found.values())


def asking() -> Mapping[str, Sequence[Product]]:
    """Say which products ask for which text under the terms they are sold under now."""
    newest = TermsVersion.objects.select_related("product").order_by("product", "-version")
    found: dict[str, list[Product]] = {}
    for row in newest.distinct("product"):
        for step in row.terms.onboarding:
            if step.kind is StepKind.CONSENT:
                found.setdefault(step.document, []).append(row.product)
    return found


def _title(newest: Sequence[ConsentText]) -> str:
    english = next((one for one in newest if one.language == "en"), newest[0])
    return english.title
