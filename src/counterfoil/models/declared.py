"""Orders that are told to us rather than kept by a channel."""

from django.db import models

from counterfoil.models.catalogue import Connection
from counterfoil.models.ids import uuid7
from counterfoil.models.keys import keyring
from counterfoil.rules.declared import DeclaredOrderBody
from counterfoil.rules.keyring import Purpose


class DeclaredOrderQuerySet(models.QuerySet["DeclaredOrder"]):
    """Which told orders."""

    def told(self, connection: Connection, reference: str) -> "DeclaredOrderQuerySet":
        """Give the one a connection knows by this reference; none by what cannot be one."""
        if "\x00" in reference:
            return self.none()
        return self.filter(connection=connection, reference=reference)


class DeclaredOrder(models.Model):
    """
    One order as it was told: what a channel that only tells has for an order book.

    The body is sealed, for it holds names and addresses. ``digest`` is a keyed hash of it, by which
    the same order is known again without being opened.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    connection = models.ForeignKey(Connection, models.PROTECT)
    reference = models.CharField(max_length=200)
    revision = models.PositiveIntegerField(default=1)
    digest = models.BinaryField()
    key_id = models.SmallIntegerField()
    body_sealed = models.BinaryField()
    changed_at = models.DateTimeField()
    created_at = models.DateTimeField()

    objects = DeclaredOrderQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("connection", "reference"),
                name="counterfoil_declared_once",
            ),
            models.CheckConstraint(
                condition=models.Q(revision__gte=1), name="counterfoil_declared_revision"
            ),
        )
        indexes = (
            models.Index(fields=("connection", "changed_at"), name="counterfoil_declared_changed"),
        )

    def __str__(self) -> str:
        return f"declared {self.reference}"

    def body(self) -> DeclaredOrderBody:
        """Open the order as it stands after everything that was told of it."""
        sealed = bytes(self.body_sealed)
        kept = keyring().open_(self.key_id, sealed, Purpose.PERSONAL, f"declared|{self.id}")
        return DeclaredOrderBody.from_canonical(kept)

    def seal_body(self, body: DeclaredOrderBody) -> None:
        """Keep the order as it stands now, without saving."""
        kept = body.canonical()
        self.digest = keyring().lookup("declared:", kept.decode()).digest
        self.key_id, self.body_sealed = keyring().seal(
            kept, Purpose.PERSONAL, f"declared|{self.id}"
        )

    def is_told_as(self, body: DeclaredOrderBody) -> bool:
        """Tell whether this is, to the letter, the order as it is kept."""
        known = keyring().lookups("declared:", body.canonical().decode())
        return bytes(self.digest) in {one.digest for one in known}
