"""Checks of what the host brings along: its users, and its databases."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.checks import CheckMessage, Error, register
from django.db import DEFAULT_DB_ALIAS, router
from django.db.models import Model

from counterfoil.models.users import lacking


@register()
def check_users(**_given: Any) -> list[CheckMessage]:
    """Find users of the host's that could not be staff."""
    return [
        Error(
            f"Users have no field {name}: nobody could be let into the console.",
            hint="Give AUTH_USER_MODEL the fields is_staff and is_active, and PermissionsMixin.",
            obj=settings.AUTH_USER_MODEL,
            id="counterfoil.E020",
        )
        for name in lacking()
    ]


@register()
def check_routers(**_given: Any) -> list[CheckMessage]:
    """Find a router that keeps some of our records elsewhere: acts are one transaction."""
    ours: list[type[Model]] = [*apps.get_app_config("counterfoil").get_models()]
    ours += [get_user_model(), Group]
    strays = [
        model
        for model in ours
        if {router.db_for_read(model), router.db_for_write(model)} != {DEFAULT_DB_ALIAS}
    ]
    return [
        Error(
            f"DATABASE_ROUTERS send {model._meta.label} to another database than 'default'.",
            hint="Counterfoil, its queue, users and groups are kept and read in 'default' alone.",
            obj=model,
            id="counterfoil.E021",
        )
        for model in strays
    ]
