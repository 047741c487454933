"""Publishing a text from files."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from counterfoil.models import ConsentText

pytestmark = pytest.mark.django_db


def test_publishes_every_language_as_one_version(tmp_path: Path) -> None:
    (tmp_path / "en.txt").write_text("Your sample\n\nWe destroy it after 90 days.\n")
    (tmp_path / "de.txt").write_text("Ihre Probe\nWir vernichten sie nach 90 Tagen.\n")

    call_command(
        "counterfoil_publish_consent", "dna", f"en={tmp_path}/en.txt", f"de={tmp_path}/de.txt"
    )

    found = ConsentText.objects.order_by("language").values_list("language", "version", "title")
    assert list(found) == [("de", 1, "Ihre Probe"), ("en", 1, "Your sample")]
    assert ConsentText.objects.get(language="en").body == "We destroy it after 90 days."


@pytest.mark.parametrize("text", ["en", "en=", "=x", "en=/no/such/file"])
def test_refuses_what_cannot_be_read(text: str) -> None:
    with pytest.raises(CommandError):
        call_command("counterfoil_publish_consent", "dna", text)
    assert not ConsentText.objects.exists()


def test_refuses_a_text_without_a_body(tmp_path: Path) -> None:
    (tmp_path / "en.txt").write_text("Only a title")
    with pytest.raises(CommandError):
        call_command("counterfoil_publish_consent", "dna", f"en={tmp_path}/en.txt")
