"""Acts on many, for tests: chosen, confirmed and carried out by the acts themselves."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from counterfoil.jobs.running import work_jobs
from counterfoil.models import Bulk
from counterfoil.operations.confirm_bulk import confirm_bulk
from counterfoil.operations.preview_bulk import preview_bulk
from counterfoil.rules.acts import Act
from counterfoil.rules.bulk import BULK, Stands
from counterfoil.testing.builders import OPERATOR, now

LIST = {"kind": "list"}


def preview(act: Act, entitlement_ids: Collection[UUID], **more: Any) -> Bulk:
    """Choose these; what is not named here is what the act takes."""
    given = {"selection": LIST, "by": OPERATOR, "at": now()}
    known = {name: more.pop(name) for name in ("selection", "by", "at") if name in more}
    return preview_bulk(act=act, entitlement_ids=entitlement_ids, parameters=more, **given | known)


def confirm(bulk: Bulk, *also: Stands, **more: Any) -> Bulk:
    """Confirm what is taken unless said otherwise, and these sorts as well."""
    there = set(bulk.items.values_list("standing", flat=True))
    sorts = [one for one in (*BULK[Act(bulk.act)].takes, *also) if one.value in there]
    given = {"sorts": sorts, "by": OPERATOR, "at": now(), "reason": "mistake"}
    return confirm_bulk(bulk_id=bulk.pk, **given | more)


def carried_out(act: Act, entitlement_ids: Collection[UUID], *also: Stands, **more: Any) -> Bulk:
    """Choose these, confirm, and have it carried out."""
    bulk = preview(act, entitlement_ids, **more)
    confirm(bulk, *also)
    work_jobs()
    bulk.refresh_from_db()
    return bulk


def sorted_as(bulk: Bulk) -> dict[str, int]:
    """Count the items of each sort."""
    return _counted(bulk, "standing")


def outcomes(bulk: Bulk) -> dict[str, int]:
    """Count the items of each outcome."""
    return _counted(bulk, "outcome")


def _counted(bulk: Bulk, name: str) -> dict[str, int]:
    counted: dict[str, int] = {}
    for value in bulk.items.order_by("number").values_list(name, flat=True):
        counted[value] = counted.get(value, 0) + 1
    return counted
