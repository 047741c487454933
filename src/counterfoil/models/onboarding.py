"""Onboarding: what a holder has answered, and the texts they agreed to."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models

from counterfoil.models.assignments import Assignment
from counterfoil.models.ids import uuid7
from counterfoil.models.keys import keyring
from counterfoil.rules.keyring import Purpose


class ConsentTextQuerySet(models.QuerySet["ConsentText"]):
    """Which texts."""

    def newest(self, document: str) -> "ConsentTextQuerySet":
        """Give the newest version of a document, in every language it has."""
        newest = ConsentText.objects.filter(document=document).order_by("-version")
        return self.filter(document=document, version=newest.values("version")[:1])

    def shown(self, document: str, language: str) -> "ConsentText | None":
        """
        Give the newest version in this language, or in the nearest there is.

        An older version in the right language is never shown for a newer one in another.
        """
        found = {one.language: one for one in self.newest(document)}
        wanted = (language, language.partition("-")[0], settings.LANGUAGE_CODE, "en")
        nearest = next((found[one] for one in wanted if one in found), None)
        return nearest or next(iter(found.values()), None)


class ConsentText(models.Model):
    """One version of a text that holders are asked to agree to, in one language; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    document = models.SlugField(max_length=64)
    version = models.PositiveIntegerField()
    language = models.CharField(max_length=16)
    title = models.CharField(max_length=200)
    body = models.TextField()
    created_at = models.DateTimeField()

    objects = ConsentTextQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("document", "version", "language"), name="counterfoil_consent_text"
            ),
        )

    def __str__(self) -> str:
        return f"{self.document} {self.version} ({self.language})"


class StepStatus(models.TextChoices):
    """What became of a step."""

    DONE = "done"
    DECLINED = "declined"


class OnboardingStepQuerySet(models.QuerySet["OnboardingStep"]):
    """Which steps."""

    def standing(self, assignment_ids: Iterable[UUID]) -> Mapping[UUID, Mapping[str, str]]:
        """Tell what became of the steps of these assignments, by key; one question for all."""
        found: dict[UUID, dict[str, str]] = defaultdict(dict)
        rows = self.filter(assignment__in=list(assignment_ids))
        for assignment_id, key, status in rows.values_list("assignment_id", "key", "status"):
            found[assignment_id][key] = status
        return found


class OnboardingStep(models.Model):
    """
    One step of the onboarding of one assignment, answered.

    ``answers`` are sealed, for a shipping address is personal; ``text`` is what was agreed to,
    or declined.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="steps")
    key = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    status = models.CharField(max_length=8, choices=StepStatus.choices)
    text = models.ForeignKey(ConsentText, models.PROTECT, null=True)
    key_id = models.SmallIntegerField(null=True)
    answers_sealed = models.BinaryField(null=True)
    at = models.DateTimeField()

    objects = OnboardingStepQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("assignment", "key"), name="counterfoil_onboarding_step"
            ),
        )

    def __str__(self) -> str:
        return f"{self.key} of {self.assignment_id}: {self.status}"

    def answers(self) -> dict[str, Any]:
        """Open the answers, or give nothing once they were dropped."""
        if self.answers_sealed is None or self.key_id is None:
            return {}
        plain = keyring().open_(
            self.key_id, bytes(self.answers_sealed), Purpose.PERSONAL, f"step|{self.id}"
        )
        found: dict[str, Any] = json.loads(plain)
        return found

    def seal_answers(self, answers: dict[str, Any]) -> None:
        """Keep the answers, without saving."""
        self.key_id, self.answers_sealed = keyring().seal(
            json.dumps(answers).encode(), Purpose.PERSONAL, f"step|{self.id}"
        )
