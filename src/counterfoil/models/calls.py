"""How many calls machines make."""

from django.db import models

from counterfoil.models.support import ApiKey


class CallsTaken(models.Model):
    """
    How many calls of a key are taken in the minute that runs; one row for each key that calls.

    ``minute`` counts from the epoch, by the clock of the database. ``lease`` is how many the newest
    lease was of. The table is not logged: after a crash of the database it is empty, and
    every key has its calls of that minute again.
    """

    api_key = models.OneToOneField(
        ApiKey, models.PROTECT, primary_key=True, db_constraint=False, related_name="+"
    )
    minute = models.BigIntegerField()
    taken = models.PositiveIntegerField()
    lease = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.taken} in {self.minute}"
