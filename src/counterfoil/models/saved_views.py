"""Lists as staff like to see them."""

from django.db import models

from counterfoil.models.ids import uuid7


class SavedView(models.Model):
    """
    A list with its filters, under a name: of one member of staff, or for all of them.

    ``query`` is what stands in the address behind the question mark; it never names a person.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner_id = models.CharField(max_length=64)
    owner_display = models.CharField(max_length=100, blank=True, default="")
    list_name = models.CharField(max_length=32)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000, blank=True, default="")
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("owner_id", "list_name", "name"), name="counterfoil_saved_view_once"
            ),
        )
        indexes = (
            models.Index(
                fields=("list_name",),
                condition=models.Q(is_shared=True),
                name="counterfoil_saved_view_shared",
            ),
        )

    def __str__(self) -> str:
        return self.name
