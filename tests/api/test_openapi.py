"""The committed description of the API is what the API is."""

from io import StringIO
from pathlib import Path

from django.core.management import call_command

DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"


def test_the_committed_document_is_up_to_date() -> None:
    now = StringIO()
    call_command("counterfoil_openapi", stdout=now)
    assert DOCUMENT.read_text() == now.getvalue(), (
        "run: python -m django counterfoil_openapi > docs/reference/openapi.json"
    )
