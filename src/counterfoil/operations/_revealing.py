"""How many codes one person may see in files, one file after the other."""

from datetime import datetime, timedelta

from django.db import connection

from counterfoil.conf import conf
from counterfoil.models import Entry
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor

IN_FILES = ["order_file", "export"]
"""What an entry names where a code was shown in a file, and counts for the limit of files."""


def left_in_files(by: Actor, at: datetime) -> int:
    """Count how many more codes this actor may see in files today, and let no other count now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"reveal:{by.id}"])
    seen = Entry.objects.filter(
        actor_id=by.id,
        act_name=Act.REVEAL_CODE,
        recorded_at__gt=at - timedelta(days=1),
        data__has_any_keys=IN_FILES,
    )
    return max(conf.FILE_REVEAL_LIMIT - seen.count(), 0)
