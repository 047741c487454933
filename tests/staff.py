"""Members of staff who really exist, as whoever asks for something and whoever approves it."""

from django.contrib.auth.models import Permission as GivenPermission
from django.contrib.auth.models import User

from counterfoil.rules.people import Actor, ActorKind
from counterfoil.rules.permissions import ROLES, Permission


def permissions(*names: Permission) -> list[GivenPermission]:
    """Find permissions as Django keeps them."""
    return list(
        GivenPermission.objects.filter(
            content_type__app_label="counterfoil",
            content_type__model="entitlement",
            codename__in=[one.value for one in names],
        )
    )


def make_colleague(name: str, role: str = "Operations") -> Actor:
    """Make a member of staff who may do what this role may."""
    user = User.objects.create_user(name, is_staff=True, first_name=name.title())
    user.user_permissions.set(permissions(*ROLES[role]))
    return Actor(kind=ActorKind.OPERATOR, id=str(user.pk), display=name.title())


def take_permission(who: Actor, permission: Permission) -> None:
    """Take a permission from somebody."""
    User.objects.get(pk=who.id).user_permissions.remove(*permissions(permission))
