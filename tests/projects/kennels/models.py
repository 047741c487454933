"""Dogs."""

from django.db import models


class Dog(models.Model):
    """What a host is about."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.name
