"""No code in a log, however it got there."""

import logging

import pytest

from counterfoil.models.ids import handle_of, uuid7
from counterfoil.rules.codes import CodeForm, display, draw_code, draw_token
from counterfoil.rules.redaction import MASKED, RedactCodes, redact

AROUND = ["%s", "code=%s&x=1", '{"code": "%s"}', "abcd %s", "12 %s 34", "(%s)", "\\n%s", "…/c#%s."]


@pytest.mark.parametrize("around", AROUND)
def test_codes_and_tokens_are_masked_wherever_they_stand(around: str) -> None:
    for form in CodeForm:
        code = draw_code(form)
        shown = [code, display(code), display(code).lower(), display(code).replace("-", " ")]
        for text in shown:
            assert redact(around % text) == around % MASKED
    token = draw_token()
    assert token not in redact("https://shop.example/c#" + token)


def test_what_is_no_code_stays() -> None:
    handle = handle_of(uuid7())
    for text in (f"looked up {handle}", "GET /console/ 200", str(uuid7()), "cs_test_a1B2c3"):
        assert redact(text) == text


def test_the_filter_masks_message_arguments_and_exception() -> None:
    code = display(draw_code())
    logger = logging.Logger("shop")
    kept: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: kept.append(handler.format(record))  # type: ignore[method-assign]
    handler.addFilter(RedactCodes())
    logger.addHandler(handler)
    try:
        int(code)
    except ValueError:
        logger.exception("presented %s", code)
    [line] = kept
    assert MASKED in line
    assert code not in line
