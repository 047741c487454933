"""The templates keep to the content security policy, say what they need, and stay calm."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from counterfoil.templatetags.counterfoil_icons import PATHS
from tests.house.source import ROOT

TEMPLATES = ROOT / "src/counterfoil/templates/counterfoil"
STATIC = ROOT / "src/counterfoil/static/counterfoil"
FRAMES = {"mark.html", "field_attributes.html"}
COMMENT = re.compile(r"{% comment %}.*?{% endcomment %}", re.DOTALL)
TRANSLATED = re.compile(
    r"{% translate \"([^\"]*)\"|{% blocktranslate[^%]*%}(.*?){% endblocktranslate", re.DOTALL
)

Rule = Callable[[str], Iterator[str]]


def inline_code(text: str) -> Iterator[str]:
    yield from re.findall(r"<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=", text)


def other_origins(text: str) -> Iterator[str]:
    yield from re.findall(r"(?:src|href)=\"(?:https?:)?//[^\"]*", text)


def unknown_icons(text: str) -> Iterator[str]:
    yield from (name for name in re.findall(r"{% icon \"([^\"]+)\"", text) if name not in PATHS)


def exclamations(text: str) -> Iterator[str]:
    yield from (one or block for one, block in TRANSLATED.findall(text) if "!" in (one or block))


def hosted() -> list[Path]:
    """Every template a browser gets; mails need inline styles."""
    return [path for path in sorted(TEMPLATES.rglob("*.html")) if path.parent.name != "mail"]


@pytest.mark.parametrize("rule", [inline_code, other_origins, unknown_icons, exclamations])
def test_templates_keep_the_rules(rule: Rule) -> None:
    broken = {path.name: list(rule(COMMENT.sub("", path.read_text()))) for path in hosted()}

    assert {name: found for name, found in broken.items() if found} == {}


@pytest.mark.parametrize(
    ("rule", "planted"),
    [
        (inline_code, '<p style="color:red">'),
        (inline_code, "<script>alert(1)</script>"),
        (inline_code, '<a onclick="x()">'),
        (other_origins, '<img src="https://elsewhere.example/x.png">'),
        (unknown_icons, '{% icon "unicorn" %}'),
        (exclamations, '{% translate "Hurry!" %}'),
        (exclamations, "{% blocktranslate trimmed %}Hurry, {{ x }}!{% endblocktranslate %}"),
    ],
)
def test_a_planted_breach_is_found(rule: Rule, planted: str) -> None:
    assert list(rule(planted))


def test_every_template_says_what_it_needs() -> None:
    silent = {
        path.name for path in sorted(TEMPLATES.rglob("*.*")) if not COMMENT.search(path.read_text())
    }

    assert silent <= FRAMES


def test_stylesheets_name_no_other_origin_and_stay_small() -> None:
    for path in STATIC.glob("*.css"):
        text = path.read_text()
        assert "//" not in text, path.name
        assert len(text.splitlines()) <= 250, path.name
