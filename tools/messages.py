"""
Collect the messages of the application, and keep the catalogues of its languages.

    python -m tools.messages                # today's messages into every .po, and each .mo anew
    python -m tools.messages missing        # how much has no translation, by language
    python -m tools.messages todo de        # what German lacks, as JSON, to be filled in
    python -m tools.messages fill de FILE   # such a JSON, filled in, into the .po and .mo

GNU gettext is not needed: Django turns a template into something Python-like, and Babel reads
that. Translations are kept; what is said nowhere any more goes. A new language is a new name in
``LANGUAGES``.
"""

import io
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

APP = Path(__file__).parents[1] / "src" / "counterfoil"
LOCALE = APP / "locale"
LANGUAGES = ("de", "es", "fr", "ar")
STAFF = (
    "console/",
    "templates/counterfoil/console/",
    "queries/words.py",
    "playbooks/",
    "queries/_filters.py",
    "queries/filtering.py",
    "queries/figures",
    "queries/bulk_words.py",
    "effects/mail_staff.py",
    "templates/counterfoil/mail/staff_news",
)
"""Where words stand that only staff read; everything else is for customers and partners."""

KEYWORDS = dict(DEFAULT_KEYWORDS) | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)  # a catalogue changes when its messages do


def template() -> Catalog:
    """Collect every message of the application, with the files it stands in."""
    if not settings.configured:
        settings.configure()
    catalog = _catalog(None)
    for path in sorted([*APP.rglob("*.py"), *APP.rglob("*.html"), *APP.rglob("*.txt")]):
        place = path.relative_to(APP).as_posix()
        for said, context in _messages(path):
            catalog.add(said, locations=[(place, 1)], context=context, flags=())
    return catalog


def read(language: str) -> Catalog:
    """Read the catalogue of a language; an empty one if there is none yet."""
    path = po_of(language)
    if not path.exists():
        return _catalog(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str, messages: Catalog) -> Catalog:
    """Give the catalogue of a language with today's messages, and the translations it had."""
    known, catalog = read(language), _catalog(language)
    for message in _said(messages):
        was = known.get(message.id, context=message.context)
        catalog.add(
            message.id,
            string=None if was is None else was.string,
            locations=message.locations,
            flags=() if was is None else was.flags & {"fuzzy"},
            user_comments=() if was is None else was.user_comments,
            context=message.context,
        )
    return catalog


def written(catalog: Catalog) -> bytes:
    """Write a catalogue as it is kept."""
    file = io.BytesIO()
    write_po(file, catalog, width=99, sort_output=True, include_lineno=False, ignore_obsolete=True)
    return file.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """Compile a catalogue as Django reads it."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def po_of(language: str) -> Path:
    """Say where the catalogue of a language is."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def is_missing(message: Message) -> bool:
    """Tell whether somebody who reads this language would read English."""
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return message.fuzzy or not strings or not all(strings)


def for_staff(message: Message) -> bool:
    """Tell whether only staff read this."""
    return all(place.startswith(STAFF) for place, _ in message.locations)


def missing(catalog: Catalog, messages: Iterable[Message]) -> list[Message]:
    """Give those of these messages which a catalogue does not translate."""
    found = ((one, catalog.get(one.id, context=one.context)) for one in messages)
    return [one for one, known in found if known is None or is_missing(known)]


def for_customers(messages: Catalog) -> list[Message]:
    """Give the messages that are not for staff alone."""
    return [one for one in _said(messages) if not for_staff(one)]


def _said(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def _messages(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    text = path.read_text()
    if path.suffix != ".py":
        text = f"(\n{templatize(text, origin=path.name)}\n)"  # indentation means nothing there
    file = io.BytesIO(text.encode())
    for _line, said, _comments, context in extract("python", file, keywords=KEYWORDS):
        yield said, context


def _catalog(language: str | None) -> Catalog:
    return Catalog(
        locale=language,
        project="Counterfoil",
        version="1",
        copyright_holder="The Counterfoil authors",
        msgid_bugs_address="",
        creation_date=LONG_AGO,
        revision_date=LONG_AGO,
        last_translator="The Counterfoil authors",
        language_team="The Counterfoil authors",
        charset="utf-8",
        fuzzy=False,
        header_comment="# Messages are kept by `python -m tools.messages`; translations by hand.",
    )


def _update() -> None:
    messages = template()
    for language in LANGUAGES:
        _keep(language, updated(language, messages))


def _keep(language: str, catalog: Catalog) -> None:
    path = po_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written(catalog))
    path.with_suffix(".mo").write_bytes(compiled(read(language)))


def _tell_missing() -> None:
    messages = template()
    for language in LANGUAGES:
        lacking = missing(read(language), _said(messages))
        customers = [message for message in lacking if not for_staff(message)]
        print(f"{language}: {len(customers)} for customers, {len(lacking)} in all")


def _todo(language: str) -> None:
    """Print what a language lacks, what customers read first; plurals have many strings."""
    catalog = updated(language, template())
    lacking = [message for message in _said(catalog) if is_missing(message)]
    forms = [""] * catalog.num_plurals
    asked = [
        {
            "id": message.id,
            "context": message.context,
            "string": forms if isinstance(message.id, tuple) else "",
            "in": [place for place, _ in message.locations],
        }
        for message in sorted(lacking, key=for_staff)
    ]
    about = {"plural": catalog.plural_expr, "messages": asked}
    print(json.dumps(about, ensure_ascii=False, indent=1))


def _fill(language: str, file: str) -> None:
    """Take in what was filled in; what was left empty, or is said nowhere any more, is left."""
    catalog = updated(language, template())
    for one in json.loads(Path(file).read_text())["messages"]:
        said = tuple(one["id"]) if isinstance(one["id"], list) else one["id"]
        message = catalog.get(said, context=one["context"])
        string = tuple(one["string"]) if isinstance(one["string"], list) else one["string"]
        if message is not None and string and all(string):
            message.string = string
    _keep(language, catalog)


def _main(command: str = "", *given: str) -> None:
    match command:
        case "":
            _update()
            _tell_missing()
        case "missing":
            _tell_missing()
        case "todo":
            _todo(*given)
        case "fill":
            _fill(*given)
            _tell_missing()
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    _main(*sys.argv[1:])
