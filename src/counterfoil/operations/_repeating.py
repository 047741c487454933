"""Requests that name themselves, so that repeating one changes nothing."""

from uuid import UUID

from django.db import connection


def only_once(request_id: UUID) -> None:
    """Wait until nobody else is at a request of this id, and keep others out until the end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"request:{request_id}"]
        )
