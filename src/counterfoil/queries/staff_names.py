"""Who are the people and keys that acts are attributed to?"""

from collections.abc import Collection, Mapping

from django.contrib.auth import get_user_model

from counterfoil.models import ApiKey
from counterfoil.models.ids import uuid_of
from counterfoil.models.users import called, users_named

KEY = "key:"
MOST = 500


def staff_names() -> tuple[tuple[str, str], ...]:
    """Give everybody who may be asked about, by name: who is or was let into the console."""
    users = get_user_model()._default_manager.filter(is_staff=True)
    found = ((str(one.pk), called(one)) for one in users[:MOST])
    return tuple(sorted(found, key=lambda one: one[1].casefold()))


def names_of(ids: Collection[str]) -> Mapping[str, str]:
    """Give the names of those whose ids these are; of whom nothing is known, the id."""
    names = {pk: called(one) for pk, one in users_named(ids).items()}
    keys = {it: uuid_of(it.removeprefix(KEY)) for it in ids if it.startswith(KEY)}
    named = ApiKey.objects.in_bulk([pk for pk in keys.values() if pk])
    names |= {it: named[pk].name for it, pk in keys.items() if pk in named}
    return {one: names.get(one, one) for one in ids}
