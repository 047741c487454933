"""Who is this, and how do they want to be told?"""

from datetime import tzinfo

from django.utils import timezone

from counterfoil.models import Account, Person
from counterfoil.rules.zones import zone_named


def zone_of_reader(person: Person) -> tzinfo:
    """Give the zone in which somebody reads times: their account's, or the site's own."""
    chosen = Account.objects.filter(person=person.pk).values_list("time_zone", flat=True).first()
    return zone_named(chosen or "") or timezone.get_default_timezone()
