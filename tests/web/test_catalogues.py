"""The catalogues of our languages: complete, and true to what they translate."""

import gettext
import io
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from babel.messages import Catalog, Message
from tools.messages import LANGUAGES, compiled, for_customers, missing, po_of, read, template

STRICT = True
"""Whether every sentence a customer reads must be translated; so it is in what is released."""

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
MARKUP = re.compile(r"</?\w+[^>]*>")


@pytest.fixture(scope="module")
def messages() -> Catalog:
    """Collect what the application says today."""
    return template()


def faults(said: Message, known: Message) -> Iterator[str]:
    """Tell where a translation does not fit what it translates."""
    plural = isinstance(said.id, tuple)
    ids = said.id if isinstance(said.id, tuple) else (said.id,)
    strings = known.string if isinstance(known.string, tuple) else (known.string,)
    meant = {sign for one in ids for sign in PLACEHOLDER.findall(one)}
    for number, string in enumerate(strings):
        used = set(PLACEHOLDER.findall(string))
        if used - meant:
            yield f"{ids[0]!r}: {sorted(used - meant)} stands for nothing"
        elif meant - used and not (plural and number < len(strings) - 1):
            yield f"{ids[0]!r}: {sorted(meant - used)} is lost"
        if Counter(MARKUP.findall(string)) != Counter(MARKUP.findall(ids[-1])):
            yield f"{ids[0]!r}: the markup differs"
        if (string[:1].isspace(), string[-1:].isspace()) != (
            ids[-1][:1].isspace(),
            ids[-1][-1:].isspace(),
        ):
            yield f"{ids[0]!r}: begins or ends with a space, or should"


def test_the_search_finds_what_templates_and_modules_say(messages: Catalog) -> None:
    said = [message.id for message in for_customers(messages)]

    assert "Sign out" in said
    assert "We send you six digits. There is no password." in said
    assert "Choose one of these time zones." in said
    assert "Signed in as <bdi>%(email)s</bdi>" in said
    assert any(isinstance(one, tuple) and "minute" in one[0] for one in said)
    assert "Choose why." not in said  # only staff read this


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_a_customer_reads_is_translated(language: str, messages: Catalog) -> None:
    lacking = [one.id for one in missing(read(language), for_customers(messages))]

    if not STRICT:
        pytest.skip(f"{len(lacking)} are missing: python -m tools.messages todo {language}")
    assert lacking == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_fit_what_they_translate(language: str, messages: Catalog) -> None:
    known = read(language)
    pairs = [(said, known.get(said.id, context=said.context)) for said in messages if said.id]
    translated = [(said, it) for said, it in pairs if it is not None and any(it.string)]

    assert [fault for said, it in translated for fault in faults(said, it)] == []
    assert [it.id for _, it in translated if it.fuzzy] == []


@pytest.mark.parametrize(
    ("string", "fits"),
    [
        ("%(n)s Codes", True),
        ("%(m)s Codes", False),
        ("Codes", False),
        (" %(n)s Codes", False),
        ("<b>%(n)s</b> Codes", False),
    ],
)
def test_a_translation_that_does_not_fit_is_found(string: str, fits: bool) -> None:
    said, known = Message("%(n)s codes"), Message("%(n)s codes", string)

    assert (list(faults(said, known)) == []) is fits


def test_a_singular_may_leave_the_number_out() -> None:
    said = Message(("%(n)s code", "%(n)s codes"))

    assert list(faults(said, Message(said.id, ("ein Code", "%(n)s Codes")))) == []
    assert list(faults(said, Message(said.id, ("ein Code", "Codes")))) != []


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_have_the_plural_forms_of_their_language(language: str) -> None:
    catalog = read(language)
    forms = {"de": 2, "es": 2, "fr": 2, "ar": 6}[language]

    assert catalog.num_plurals == forms
    for message in catalog:
        if isinstance(message.id, tuple):
            assert len(message.string) == forms


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogues_are_those_of_today(language: str) -> None:
    committed = _loaded(po_of(language).with_suffix(".mo").read_bytes())

    assert _strings(committed) == _strings(_loaded(compiled(read(language))))


def _loaded(data: bytes) -> gettext.GNUTranslations:
    return gettext.GNUTranslations(io.BytesIO(data))


def _strings(translations: gettext.GNUTranslations) -> dict[object, str]:
    known: dict[object, str] = translations._catalog  # type: ignore[attr-defined]
    return {said: string for said, string in known.items() if said}
