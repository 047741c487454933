"""Lists of grants, for tests."""

from collections.abc import Sequence
from typing import Any

from counterfoil.channels.grant_file import GrantLine
from counterfoil.jobs.running import work_jobs
from counterfoil.models import Approval, GrantList, Product
from counterfoil.operations.confirm_grant_list import confirm_grant_list
from counterfoil.operations.upload_grant_list import Upload, upload_grant_list
from counterfoil.rules.grant_lists import GrantSaid
from counterfoil.rules.grants import GrantCategory, ReferenceKind
from counterfoil.rules.handouts import Reach
from counterfoil.rules.people import Actor
from counterfoil.testing.builders import make_product, now
from tests.staff import make_colleague

MAILS = ("ann@example.com", "bob@example.com", "cy@example.com")


def the_product(sku: str = "DNA-STD") -> Product:
    """Give the one product of this name, made if it is new."""
    return Product.objects.filter(sku=sku).first() or make_product(sku=sku)


def upload(rows: Sequence[str | GrantSaid], by: Actor, /, **more: Any) -> Upload:
    """Upload a list of these addresses."""
    said = [one if isinstance(one, GrantSaid) else GrantSaid(mail=one) for one in rows]
    given: dict[str, Any] = {
        "name": "list.csv",
        "content": repr(said).encode(),
        "rows": [GrantLine(number, one) for number, one in enumerate(said, 2)],
        "product": the_product(),
        "category": GrantCategory.CUSTOMER_SERVICE,
        "reason": "A whole club was disappointed",
        "reference": "CASE-1",
        "reference_kind": ReferenceKind.CASE,
        "partner": None,
        "by": by,
        "at": now(),
    }
    return upload_grant_list(**(given | more))


def confirm(grant_list: GrantList, by: Actor, reach: Reach = Reach.ALL) -> GrantList | Approval:
    """Confirm a list."""
    return confirm_grant_list(list_id=grant_list.pk, reach=reach, by=by, at=now())


def carried_out(rows: Sequence[str | GrantSaid], by: Actor, /, **more: Any) -> GrantList:
    """Upload a list, confirm it, and have it carried out."""
    grant_list = upload(rows, by, **more).grant_list
    confirm(grant_list, by)
    work_jobs()
    grant_list.refresh_from_db()
    return grant_list


def outcomes(grant_list: GrantList) -> list[str]:
    """Give what came of each row."""
    return list(grant_list.rows.order_by("number").values_list("outcome", flat=True))


def faults(grant_list: GrantList) -> list[str]:
    """Give what stands against each row."""
    return list(grant_list.rows.order_by("number").values_list("fault", flat=True))


def supporter(name: str = "olga") -> Actor:
    """Make somebody who may grant."""
    return make_colleague(name, "Support 2")
