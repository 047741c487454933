"""Printed batches, and whoever prints them, brought about by the acts themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from counterfoil.models import Batch, Connection, Product
from counterfoil.models.ids import uuid7
from counterfoil.operations.mint import mint
from counterfoil.operations.request_batch import request_batch
from counterfoil.rules.batches import BatchUse
from counterfoil.rules.people import Actor, ActorKind
from counterfoil.testing.builders import OPERATOR, now

BOSS = Actor(kind=ActorKind.OPERATOR, id="operator-2", display="Bert Boss")


@lru_cache
def private_key(bits: int = 3072) -> rsa.RSAPrivateKey:
    """Make the printer's key, once for all tests."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def certificate(
    *,
    key: Any = None,
    since: timedelta = timedelta(days=-1),
    until: timedelta = timedelta(days=365),
    usage: x509.KeyUsage | None = None,
) -> str:
    """Make a certificate for a key, valid from and until so long from now."""
    key = key or private_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Printer Ltd")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() + since)
        .not_valid_after(now() + until)
    )
    if usage is not None:
        made = made.add_extension(usage, critical=True)
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


@lru_cache
def good_certificate() -> str:
    """Give a certificate that is in order, made once for all tests."""
    return certificate()


def batch_request(product: Product, **other: Any) -> dict[str, Any]:
    """Say what a batch of three is asked for with."""
    return {
        "name": f"spring-{uuid7().hex[-8:]}",
        "product": product,
        "quantity": 3,
        "certificate": good_certificate(),
        "reason": "Boxes for the spring fair",
        "use": BatchUse.TEST,
        "by": OPERATOR,
        "at": now(),
    } | other


@dataclass(frozen=True, slots=True)
class Printed:
    """A minted batch, its units by ordinal, and their codes in the clear."""

    batch: Batch
    entitlement_ids: tuple[UUID, ...]
    codes: tuple[str, ...]


def mint_batch(product: Product, quantity: int = 3, **other: Any) -> Printed:
    """Have a batch minted, as if somebody had approved it."""
    batch = request_batch(**batch_request(product, quantity=quantity, **other))
    Batch.objects.filter(pk=batch.pk).update(approved_at=now())
    while mint(batch_id=batch.pk, by=OPERATOR, at=now()) < quantity:
        pass
    return read_batch(batch.pk)


def read_batch(batch_id: UUID) -> Printed:
    """Read a batch and its codes."""
    batch = Batch.objects.get(pk=batch_id)
    units = list(batch.entitlements.order_by("batch_ordinal"))
    codes = tuple(one.codes.get(state="live").opened() for one in units)
    return Printed(batch, tuple(one.pk for one in units), codes)


def make_till(slug: str = "till", *, is_test: bool = True) -> Connection:
    """Make a point of sale."""
    return Connection.objects.create(
        slug=slug, channel="point_of_sale", name="High Street", is_test=is_test, created_at=now()
    )


def later(**time: float) -> datetime:
    """Give a moment after this one."""
    return now() + timedelta(**time)
