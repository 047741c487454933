"""The fields of the portal's forms, as the shared template takes them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise

Text = str | Promise
Options = Sequence[tuple[str, Text]]


class Form:
    """What was answered and what is wrong with it; gives its fields one by one."""

    def __init__(self, answers: Mapping[str, str], errors: Mapping[str, Text]) -> None:
        """Remember both."""
        self.answers = answers
        self.errors = dict(errors)

    def field(
        self,
        name: str,
        label: Text,
        type: str = "text",  # noqa: A002 - the template's own word
        *,
        required: bool = True,
        hint: Text = "",
        options: Options = (),
        default: str = "",
        **more: Any,
    ) -> dict[str, Any]:
        """Give a field with what was answered."""
        return {
            "name": name,
            "label": label,
            "type": type,
            "value": self.answers.get(name, default),
            "required": required,
            "hint": hint,
            "error": self.errors.get(name, ""),
            "options": options,
            **more,
        }
