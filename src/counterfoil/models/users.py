"""
The host's users, whatever their fields are called.

What is asked of them is in the how-to about embedding: ``is_staff`` and ``is_active`` as fields,
and the groups and permissions of ``PermissionsMixin``.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Q, QuerySet

from counterfoil.rules.permissions import Permission

NEEDED = ("is_staff", "is_active", "is_superuser", "groups", "user_permissions")


def lacking() -> list[str]:
    """Give the fields that the host's users lack."""
    return [name for name in NEEDED if not has_field(name)]


def has_field(name: str) -> bool:
    """Tell whether users have a field of this name."""
    try:
        get_user_model()._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def full_name(user: Any) -> str:
    """Give what somebody is called, if the host knows; users of a host's own may not tell."""
    tell = getattr(user, "get_full_name", None)
    return str(tell()) if callable(tell) else ""


def called(user: Any) -> str:
    """Give what somebody is called, or else the name they sign in with."""
    return full_name(user) or str(user.get_username())


def mail_of(user: Any) -> str:
    """Give the address somebody is written to, if there is one."""
    return str(getattr(user, user.get_email_field_name(), "") or "")


def users_named(ids: Collection[str]) -> Mapping[str, Any]:
    """Give the users of these ids, by id; what is the id of none is left out."""
    users, keys = get_user_model(), []
    for one in ids:
        try:
            keys.append(users._meta.pk.to_python(one))
        except (ValidationError, ValueError):
            continue
    fits = [key for key in keys if not isinstance(key, int) or -(2**63) <= key < 2**63]
    found = users._default_manager.filter(pk__in=[key for key in fits if "\x00" not in str(key)])
    return {str(one.pk): one for one in found}


def staff_who_may(permission: Permission) -> QuerySet[Any]:
    """Give the active members of staff who have a permission, in whichever way."""
    codename, ours = permission.value, "counterfoil"
    granted = Q(
        user_permissions__codename=codename,
        user_permissions__content_type__app_label=ours,
    ) | Q(
        groups__permissions__codename=codename,
        groups__permissions__content_type__app_label=ours,
    )
    users = get_user_model()._default_manager.filter(is_staff=True, is_active=True)
    return users.filter(granted | Q(is_superuser=True)).distinct()
