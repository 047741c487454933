"""Somebody for each role, so that a demo can be seen as they see it."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from counterfoil.rules.permissions import ROLES

NAMES = {
    "Support 1": ("sam", "Sam"),
    "Support 2": ("sia", "Sia"),
    "Finance": ("finn", "Finn"),
    "Operations": ("opal", "Opal"),
    "Auditor": ("audrey", "Audrey"),
    "Owner": ("owen", "Owen"),
    "Till": ("till", "Tilda"),
}


def add_staff(password: str, *, at: datetime) -> tuple[tuple[str, str], ...]:
    """Let one member of staff in for each role, once, and give their user names and roles."""
    users = get_user_model().objects
    for role in ROLES:
        username, name = NAMES[role]
        user, is_new = users.get_or_create(
            username=username,
            defaults={
                "first_name": name,
                "last_name": role,
                "is_staff": True,
                "email": f"{username}@staff.example.com",
                "date_joined": at,
            },
        )
        if is_new or not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    return tuple((NAMES[role][0], role) for role in ROLES)
