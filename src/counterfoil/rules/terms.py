"""The rules of a product as data: versioned, and kept by an entitlement as it was sold."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from counterfoil.rules.codes import CodeForm
from counterfoil.rules.onboarding import Step, asks_more


class RefundPolicy(StrEnum):
    """What a refund does to a unit somebody already has."""

    REVOKE = "revoke"
    KEEP = "keep"
    ASK = "ask"


class Binding(StrEnum):
    """Who may use the code of a gift: whoever holds it, or its recipient alone."""

    BEARER = "bearer"
    BOUND = "bound"


class TransferPolicy(StrEnum):
    """Who may give an assigned entitlement to another account."""

    HOLDER = "holder"
    STAFF = "staff"
    NEVER = "never"


@dataclass(frozen=True, kw_only=True, slots=True)
class SubjectField:
    """One question of the form that describes a subject."""

    name: str
    label: str
    required: bool = True
    choices: tuple[str, ...] = ()
    max_length: int = 120


ENUMS: Mapping[str, type[StrEnum]] = {
    "code_form": CodeForm,
    "refund_policy": RefundPolicy,
    "binding": Binding,
    "transfer_policy": TransferPolicy,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """
    What was promised with a product.

    ``valid_days`` counts from issue, ``None`` means without end. An empty ``subject_kind`` means
    that the product needs no subject: an account is enough. ``undo_hours`` is how long the holder
    may give it back, or correct its subject, unaided. ``cutoff`` names the milestone after which
    only staff may take it back or transfer it. ``reminder_days`` count from issue, ``warning_days``
    back from the end of validity.
    """

    code_form: CodeForm = CodeForm.SHORT
    valid_days: int | None = None
    refund_policy: RefundPolicy = RefundPolicy.ASK
    subject_kind: str = ""
    subject_fields: tuple[SubjectField, ...] = ()
    undo_hours: int = 24
    binding: Binding = Binding.BEARER
    transfer_policy: TransferPolicy = TransferPolicy.HOLDER
    offer_days: int = 14
    cutoff: str = ""
    reminder_days: tuple[int, ...] = ()
    warning_days: tuple[int, ...] = ()
    onboarding: tuple[Step, ...] = ()

    @property
    def needs_subject(self) -> bool:
        """Tell whether an account alone is not enough."""
        return bool(self.subject_kind)

    @property
    def needs_onboarding(self) -> bool:
        """Tell whether there is a required step besides naming the subject."""
        return asks_more(self.onboarding)

    def expires_at(self, issued_at: datetime) -> datetime | None:
        """Give the moment an entitlement issued then expires, or ``None`` for never."""
        return None if self.valid_days is None else issued_at + timedelta(days=self.valid_days)

    def as_data(self) -> dict[str, Any]:
        """Give plain data for storing."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """
        Read stored terms; what an older version did not know has its default.

        :raises ValueError: if the data names a term that does not exist.
        """
        unknown = set(data) - {field.name for field in fields(cls)}
        if unknown:
            raise ValueError(f"Unknown terms: {', '.join(sorted(unknown))}")
        values = dict(data)
        for name, kind in ENUMS.items():
            if name in values:
                values[name] = kind(values[name])
        for name in ("reminder_days", "warning_days"):
            values[name] = tuple(values.get(name, ()))
        values["onboarding"] = tuple(map(Step.from_data, values.get("onboarding", ())))
        values["subject_fields"] = tuple(
            SubjectField(**{**field, "choices": tuple(field.get("choices", ()))})
            for field in values.get("subject_fields", ())
        )
        return cls(**values)
