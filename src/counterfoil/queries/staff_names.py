"""Who are the people and keys that acts are attributed to?"""

from collections.abc import Collection, Mapping

from django.contrib.auth import get_user_model

from counterfoil.models import ApiKey
from counterfoil.models.ids import uuid_of

KEY = "key:"
MOST = 500


def staff_names() -> tuple[tuple[str, str], ...]:
    """Give everybody who may be asked about, by name: who is or was let into the console."""
    users = get_user_model()._default_manager.filter(is_staff=True)
    found = ((str(one.pk), one.get_full_name() or one.get_username()) for one in users[:MOST])
    return tuple(sorted(found, key=lambda one: one[1].casefold()))


def names_of(ids: Collection[str]) -> Mapping[str, str]:
    """Give the names of those whose ids these are; of whom nothing is known, the id."""
    people = get_user_model()._default_manager
    by_uuid = people.model._meta.pk.get_internal_type() == "UUIDField"
    asked = [it for it in ids if (uuid_of(it) if by_uuid else it.isascii() and it.isdigit())]
    found = people.filter(pk__in=asked)
    names = {str(it.pk): it.get_full_name() or it.get_username() for it in found}
    keys = {it: uuid_of(it.removeprefix(KEY)) for it in ids if it.startswith(KEY)}
    named = ApiKey.objects.in_bulk([pk for pk in keys.values() if pk])
    names |= {it: named[pk].name for it, pk in keys.items() if pk in named}
    return {one: names.get(one, one) for one in ids}
