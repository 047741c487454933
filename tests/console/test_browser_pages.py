"""Lists, figures, oversight and settings: by turns at the desk, and on a phone at night."""

from itertools import cycle

import pytest
from tests.arriving import enter_console
from tests.browsing import SIZES, Visiting
from tests.bulks import preview
from tests.console.conftest import make_staff
from tests.queries.builders import live_a_life

from counterfoil.operations.count_figures import count_figures
from counterfoil.rules.acts import Act
from counterfoil.testing.builders import OPERATOR, now

PLACES = (
    *("entitlements/", "attempts/", "figures/", "figures/unused-by-age/", "ledger/"),
    *("ledger/chain/", "staff/", "products/make/", "connections/-/make/", "limits/"),
    *("mails/words/", "entitlements/?state=odd"),
)


@pytest.mark.django_db(transaction=True)
def test_every_page_can_be_used_by_everybody(visiting: Visiting) -> None:
    storied = live_a_life()
    count_figures(by=OPERATOR, at=now())
    bulk = preview(Act.REVOKE, storied.issued.entitlement_ids)
    make_staff("Everything", username="mara")
    mara = visiting(**SIZES["desk"])
    mara.refusals.add("400")  # a filter that nobody knows
    enter_console(mara, "mara", "/console/")
    mara.at("**/console/")

    for place, size in zip((f"bulk/{bulk.pk}/", *PLACES), cycle(SIZES.values()), strict=False):
        mara.page.set_viewport_size(size["viewport"])
        mara.page.emulate_media(color_scheme=size["color_scheme"])
        mara.page.goto(f"/console/{place}")
        mara.is_accessible()
