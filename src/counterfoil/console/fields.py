"""What an act asks beside the reason: the fields of its form."""

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from counterfoil.rules.questions import Ask, Asked


class FieldWrong(Exception):
    """An answer cannot be used as it is; ``field`` says which."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One field, as ``field.html`` takes it."""

    name: str
    label: str
    type: str = "text"
    required: bool = True
    value: str = ""
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    maxlength: int = 0
    autocomplete: str = "off"
    inputmode: str = ""
    min: str = ""
    max: str = ""

    def shown(self, value: str | None, error: str) -> dict[str, Any]:
        """Give it for the template, with what was answered and what is wrong with that."""
        answered = {} if value is None else {"value": value}
        return asdict(self) | answered | {"error": error}


_KINDS = {Ask.DATE: "date", Ask.MAIL: "email", Ask.LONG_TEXT: "textarea"}


def asks(one: Asked, prefix: str) -> Field:
    """Give the field of a declared question."""
    yes_no = (("yes", _("Yes")), ("no", _("No"))) if one.ask in (Ask.YES_NO, Ask.TICK) else ()
    options = one.choices or yes_no
    return Field(
        name=f"{prefix}{one.name}",
        label=one.label,
        type="select" if options else _KINDS.get(one.ask, "text"),
        options=options,
        required=one.required,
        maxlength=one.max_length,
        hint=one.hint,
    )
