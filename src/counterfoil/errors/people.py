"""What is refused about people, their addresses and their accounts."""

from counterfoil.errors.base import Conflict, Denied

__all__ = [
    "AccountMerged",
    "AccountMissing",
    "AddressProven",
    "AddressTaken",
    "ProofMissing",
    "SameAccount",
]


class AccountMissing(Conflict):
    """Nobody has signed in or claimed anything with this address: it has no account yet."""

    code = "account_missing"


class AddressTaken(Conflict):
    """This address belongs to another account; the two can be merged."""

    code = "address_taken"


class AddressProven(Conflict):
    """Somebody has signed in with the buyer's address: change that of their account instead."""

    code = "address_proven"


class AccountMerged(Conflict):
    """This account was merged into another, and has nothing any more."""

    code = "account_merged"


class SameAccount(Conflict):
    """These are one and the same account."""

    code = "same_account"


class ProofMissing(Denied):
    """Nobody has just proved that they read both addresses."""

    code = "proof_missing"
