"""What staff of the demo did to many at once, and what they are about to do."""

from datetime import datetime

from counterfoil.models import Purchase
from counterfoil.operations.carry_out_bulk import carry_out_bulk
from counterfoil.operations.confirm_bulk import confirm_bulk
from counterfoil.operations.preview_bulk import preview_bulk
from counterfoil.rules.acts import Act
from counterfoil.rules.bulk import Stands
from counterfoil.rules.people import SYSTEM, Actor


def act_on_many(purchase: Purchase, *, by: Actor, at: datetime) -> None:
    """Let what was bought be valid for longer, and leave a hold that nobody has confirmed."""
    units = list(purchase.entitlements.values_list("pk", flat=True))
    chosen = {"kind": "list", "lines": 1, "count": len(units)}
    longer = preview_bulk(
        act=Act.EXTEND,
        entitlement_ids=units,
        parameters={"days": 30},
        selection=chosen,
        by=by,
        at=at,
    )
    confirm_bulk(bulk_id=longer.pk, sorts=[Stands.VALID], reason="goodwill", by=by, at=at)
    carry_out_bulk(bulk_id=longer.pk, after=0, by=SYSTEM, at=at)
    preview_bulk(
        act=Act.PLACE_HOLD,
        entitlement_ids=units,
        parameters={"kind": "fraud"},
        selection=chosen,
        by=by,
        at=at,
    )
