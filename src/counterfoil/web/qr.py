"""The QR code of a claim link."""

import segno
from django.utils.safestring import SafeString, mark_safe

from counterfoil.effects.addresses import claim_page

QUIET_ZONE = 4  # modules, as the standard demands
SCALE = 4


def claim_url(code: str) -> str:
    """Give the address at which a code is claimed; the code is a fragment, which no server sees."""
    return f"{claim_page()}#{code}"


def draw(text: str) -> SafeString:
    """Draw a QR code of level M as SVG that stands in the page itself."""
    code = segno.make(text, error="m", micro=False, boost_error=False)
    drawn = code.svg_inline(scale=SCALE, border=QUIET_ZONE, omitsize=True)
    return mark_safe(drawn)  # noqa: S308 - drawn by us; the text is modules by now
