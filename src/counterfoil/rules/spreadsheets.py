"""Text that is opened in a spreadsheet, where some of it would begin to calculate."""

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def formula_safe(value: object) -> str:
    """
    Write a value so that no spreadsheet takes it for a formula: an apostrophe goes before it.

    Source: OWASP, CSV Injection.
    """
    text = str(value)
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
