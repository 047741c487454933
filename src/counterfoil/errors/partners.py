"""What is refused about partners, their people, and what they hold."""

from counterfoil.errors.base import Conflict, Denied, NotFound, Rejected

__all__ = [
    "ChoiceInvalid",
    "EntitlementOfAnother",
    "LastAdmin",
    "MemberAlready",
    "NotAMember",
    "NotASubPartner",
    "NotHandedOn",
    "PartnerInvalid",
    "PartnerRoleMissing",
    "PartnerSlugTaken",
    "PartnerSuspended",
]


class PartnerSuspended(Denied):
    """This partner is suspended: it may look at what it has, and hands out nothing."""

    code = "partner_suspended"


class NotAMember(Denied):
    """You do not act for this partner."""

    code = "not_a_member"


class PartnerRoleMissing(Denied):
    """Your role at this partner does not include this."""

    code = "partner_role_missing"


class PartnerInvalid(Rejected):
    """This cannot be a partner."""

    code = "partner_invalid"


class PartnerSlugTaken(Conflict):
    """There is a partner of this name already."""

    code = "partner_slug_taken"


class MemberAlready(Conflict):
    """They act for this partner already, in another role."""

    code = "member_already"


class LastAdmin(Conflict):
    """This is the last admin of the partner; make somebody else admin first."""

    code = "last_admin"


class NotASubPartner(Rejected):
    """This is no sub-partner of the partner that hands on."""

    code = "not_a_sub_partner"


class ChoiceInvalid(Rejected):
    """Say which ones in one way: how many, which handles, or which numbers of a batch."""

    code = "choice_invalid"


class NotHandedOn(Conflict):
    """These were not handed on by the partner above, so there is nobody to give them back to."""

    code = "not_handed_on"


class EntitlementOfAnother(NotFound):
    """This is not one of the partner's that asks."""

    code = "entitlement_of_another"
