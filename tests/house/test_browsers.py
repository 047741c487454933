"""
Tests in a browser wait for the page, and never read what it says at this moment.

Whatever follows a click comes later on a busy machine: such a test fails once in a hundred runs,
and says nothing about what it tests. ``tests/browsing.py`` has the ways that wait.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import Module, called, modules

WAITS = "tests/browsing.py"  # where the waiting is done, and read what there is then
STARTED = {"sync_playwright", "async_playwright", "Axe"}  # by one module, for all
CLICKED = {"click", "dblclick", "tap", "go_back", "go_forward", "expect_navigation"}
ELSEWHERE_TOO = {"content", "title"}  # the names of other things as well
READ = {
    "all_inner_texts",
    "all_text_contents",
    "evaluate",
    "get_attribute",
    "inner_html",
    "inner_text",
    "input_value",
    "is_checked",
    "is_disabled",
    "is_enabled",
    "is_hidden",
    "is_visible",
    "query_selector",
    "text_content",
}
TIMED = {"wait_for_timeout"}
PARTS = ("page", "locator", "get_by_", "context.pages", "frame")


def is_of_a_page(node: ast.expr) -> bool:
    """Tell whether this is a page, or something found in one."""
    written = ast.unparse(node)
    return any(part in written for part in PARTS) and "objects" not in written


def hurries(module: Module) -> Iterator[str]:
    for node in module.walk():
        at = f"{module.name}:{getattr(node, 'lineno', 0)}"
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) if name in CLICKED:
                yield f"{at} clicks and does not wait: press, follow, go, enter, unfold, back"
            case ast.Call(func=ast.Attribute(value=page, attr=name)) if name in READ or (
                name in ELSEWHERE_TOO and is_of_a_page(page)
            ):
                yield f"{at} reads the page once ({name}): says, shows, read, or expect()"
            case ast.Call(func=ast.Attribute(value=page, attr="count"), args=[]) if is_of_a_page(
                page
            ) or isinstance(page, ast.Name):
                yield f"{at} counts once: expect(...).to_have_count()"
            case ast.Call(func=ast.Attribute(value=page, attr="press"), args=[_, *_]) if (
                is_of_a_page(page) and "Enter" in ast.unparse(node)
            ):
                yield f"{at} sends a form and does not wait: enter"
            case ast.Attribute(value=page, attr="url") if ast.unparse(page).endswith("page"):
                yield f"{at} reads the address once: at"
            case ast.Call(func=ast.Attribute(attr=name)) if name in TIMED:
                yield f"{at} waits for a time, and not for what it needs"
            case ast.Call() if called(node) in STARTED or called(node).endswith(".launch"):
                yield f"{at} starts a browser, or axe, of its own"


def in_browsers() -> list[Module]:
    """Give every module of the tests that has to do with pages in a browser."""
    return [
        module
        for module in modules("tests")
        if f"tests/{module.name}" not in {WAITS, "tests/house/test_browsers.py"}
        and any(word in module.text for word in ("playwright", "tests.browsing", "visiting"))
    ]


def test_tests_in_a_browser_wait_for_the_page() -> None:
    assert len(in_browsers()) > 20
    assert [found for module in in_browsers() for found in hurries(module)] == []


@pytest.mark.parametrize(
    "planted",
    [
        'page.get_by_role("button").click()',
        "visit.page.go_back()",
        'assert "Done" in page.content()',
        'assert "Done" in visit.page.inner_text("main")',
        'told = visit.page.locator(".told").all_inner_texts()',
        'assert page.url.endswith("/search/")',
        'assert "Please check" in visit.page.title()',
        'assert visit.page.locator(".code").count() == 1',
        "assert found.count() == 1",
        'assert not page.get_by_label("Name").is_visible()',
        'assert page.locator("html").get_attribute("dir") == "rtl"',
        'page.keyboard.press("Enter")',
        'page.press("[name=email]", "Enter")',
        'page.locator("[name=email]").press("Enter")',
        "page.wait_for_timeout(500)",
        "with sync_playwright() as playwright: pass",
        "playwright.chromium.launch()",
        "Axe().run(page)",
    ],
)
def test_what_reads_too_early_is_found(planted: str) -> None:
    assert list(hurries(Module("console/test_browser_x.py", planted))) != []


@pytest.mark.parametrize(
    "waits",
    [
        'visit.press("Pay")',
        'visit.says("Done")',
        'expect(page.get_by_role("button")).to_have_count(2)',
        "assert Entitlement.objects.filter(state=state).count() == 2",
        'assert path.read_text() == answer["content"]',
    ],
)
def test_what_waits_is_let_be(waits: str) -> None:
    assert list(hurries(Module("console/test_browser_x.py", waits))) == []
