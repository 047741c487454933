"""A till for the demo's shop, and a batch of printed boxes to be sold at it."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from counterfoil.models import Approval, Connection, Product, ProductMapping
from counterfoil.operations.approve import approve
from counterfoil.operations.request_batch import request_batch
from counterfoil.rules.approvals import ApprovalKind
from counterfoil.rules.batches import POINT_OF_SALE, BatchUse
from counterfoil.rules.people import Actor

BOXES = 12


def add_till(*, at: datetime, asked_by: Actor, approved_by: Actor) -> Connection:
    """
    Open a till, and have boxes printed for it: the worker mints them.

    Nobody has the printer's key: a box is found by batch and number, and sold by its handle.
    """
    till = Connection.objects.create(
        slug="till", channel=POINT_OF_SALE, name="High Street", is_test=True, created_at=at
    )
    product = Product.objects.get(sku="DNA-STD")
    ProductMapping.objects.create(connection=till, key=f"sku:{product.sku}", product=product)
    batch = request_batch(
        name="high-street-boxes",
        product=product,
        quantity=BOXES,
        certificate=_certificate(at),
        reason="Boxes for the shop in the High Street",
        use=BatchUse.TEST,
        by=asked_by,
        at=at,
    )
    asked = Approval.objects.get(kind=ApprovalKind.BATCH, subject=str(batch.pk))
    approve(approval_id=asked.pk, by=approved_by, at=at, comment="Fingerprint compared")
    return till


def _certificate(at: datetime) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A printer")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at.astimezone(UTC) - timedelta(days=1))
        .not_valid_after(at.astimezone(UTC) + timedelta(days=365))
    )
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()
