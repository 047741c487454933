"""Publish a text that holders are asked to agree to."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from counterfoil.errors import CounterfoilError
from counterfoil.operations.publish_consent import publish_consent
from counterfoil.rules.people import SYSTEM


class Command(BaseCommand):
    """Publish the next version of a document, in every language it has."""

    help = "Publishes the next version of a text that holders are asked to agree to."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the document and its texts."""
        parser.add_argument("document", help="by the name the onboarding step has for it")
        parser.add_argument(
            "texts",
            nargs="+",
            metavar="LANGUAGE=FILE",
            help="UTF-8; the first line is the title, the rest the text",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read all of them, then publish."""
        texts = dict(_read(one) for one in options["texts"])
        try:
            version = publish_consent(
                document=options["document"], texts=texts, by=SYSTEM, at=timezone.now()
            )
        except CounterfoilError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{options['document']} stands at version {version}.")


def _read(named: str) -> tuple[str, tuple[str, str]]:
    language, equals, path = named.partition("=")
    if not (language and equals and path):
        raise CommandError(f"{named!r} is not LANGUAGE=FILE.")
    try:
        title, _, body = Path(path).read_text(encoding="utf-8").partition("\n")
    except (OSError, UnicodeDecodeError) as unread:
        raise CommandError(f"{path} cannot be read: {unread}") from unread
    return language, (title, body)
