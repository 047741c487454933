"""What an act asks beside the reason: the fields of its form."""

from dataclasses import asdict, dataclass
from typing import Any


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
