"""What is refused about staff: coming in, and being given roles."""

from counterfoil.errors.base import Conflict, Denied, NotFound, Rejected

__all__ = [
    "AboveYou",
    "LastOwner",
    "NotStaff",
    "OwnRoles",
    "PasswordWeak",
    "RolesConflict",
    "SecondFactorThere",
    "SecondFactorWrong",
    "StaffInvalid",
    "UserNameTaken",
]


class NotStaff(NotFound):
    """Nobody of staff is known by this."""

    code = "not_staff"


class SecondFactorWrong(Denied):
    """These digits are wrong, too old, or were used before."""

    code = "second_factor_wrong"


class SecondFactorThere(Conflict):
    """There is an authenticator already. Somebody who may manage staff can reset it."""

    code = "second_factor_there"


class PasswordWeak(Rejected):
    """This password cannot be chosen."""

    code = "password_weak"


class StaffInvalid(Rejected):
    """This cannot be a member of staff."""

    code = "staff_invalid"


class UserNameTaken(Conflict):
    """Somebody has this user name already."""

    code = "user_name_taken"


class OwnRoles(Denied):
    """Nobody changes their own access: ask a colleague who may manage staff."""

    code = "own_roles"


class RolesConflict(Rejected):
    """
    These roles do not go together: one person alone could have codes issued and read them.
    """

    code = "roles_conflict"


class LastOwner(Conflict):
    """Nobody else could manage staff then. Give somebody else that role first."""

    code = "last_owner"


class AboveYou(Denied):
    """This colleague may do everything. Only a colleague who may as well changes their access."""

    code = "above_you"
