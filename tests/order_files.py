"""Order files that tests upload, and what comes of them."""

from collections import Counter
from collections.abc import Iterable

from django.db.models.functions import Now

from counterfoil.channels.order_file_reading import Choices
from counterfoil.jobs.running import work_jobs
from counterfoil.models import Connection, Job, OrderFile, OrderFileRow
from counterfoil.operations.confirm_order_file import confirm_order_file
from counterfoil.operations.upload_order_file import Upload, upload_order_file
from counterfoil.rules.order_files import Extent
from counterfoil.testing.builders import OPERATOR, make_connection, make_product, now

HEAD = "order-id,order-item-id,sku,quantity-purchased,currency,item-price,buyer-email,buyer-name"


def a_row(
    order: str = "A-1",
    item: str = "1",
    *,
    sku: str = "DNA-STD",
    quantity: object = 2,
    price: str = "198.00",
    mail: str = "ann.buyer@example.com",
) -> str:
    """Write a row."""
    return f"{order},{item},{sku},{quantity},EUR,{price},{mail},Ann Buyer"


def a_file(*rows: str) -> bytes:
    """Write a file of these rows."""
    return "\n".join([HEAD, *(rows or (a_row(),)), ""]).encode()


def procurement() -> Connection:
    """Make a connection for files that knows two products."""
    return make_connection(
        make_product(), make_product("DNA-PLUS"), slug="procurement", channel="order_file"
    )


def upload(
    connection: Connection, content: bytes, *, name: str = "orders.csv", **choices: object
) -> Upload:
    """Upload a file."""
    return upload_order_file(
        connection=connection,
        name=name,
        content=content,
        choices=Choices(**choices),  # type: ignore[arg-type]
        by=OPERATOR,
        at=now(),
    )


def carry_out(order_file: OrderFile, extent: Extent = Extent.ALL) -> OrderFile:
    """Confirm a file, and work until it is done."""
    confirm_order_file(order_file_id=order_file.pk, extent=extent, by=OPERATOR, at=now())
    work_on()
    order_file.refresh_from_db()
    return order_file


def work_on() -> None:
    """Work on what there is, as if no pause were ever needed."""
    Job.objects.filter(finished_at=None).update(next_attempt_at=Now())
    while work_jobs():
        pass


def verdicts(order_file: OrderFile) -> list[str]:
    """Give the verdicts of the rows, in their order."""
    rows = OrderFileRow.objects.filter(file=order_file).order_by("number")
    return list(rows.values_list("verdict", flat=True))


def outcomes(order_file: OrderFile) -> Counter[str]:
    """Count what came of the rows."""
    rows: Iterable[str] = OrderFileRow.objects.filter(file=order_file).values_list(
        "outcome", flat=True
    )
    return Counter(rows)
