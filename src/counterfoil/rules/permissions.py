"""What staff may do, and the roles that come with it. Whoever is given nothing may do nothing."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from counterfoil.rules.acts import Act


class Permission(StrEnum):
    """The name of a permission; those of acts are the names of the acts."""

    USE_CONSOLE = "use_console"
    ASSIGN = Act.ASSIGN.value
    COMPLETE_SUBJECT = Act.COMPLETE_SUBJECT.value
    UNASSIGN = Act.UNASSIGN.value
    REPLACE_CODE = Act.REPLACE_CODE.value
    REVEAL_CODE = Act.REVEAL_CODE.value
    REVOKE = Act.REVOKE.value
    REINSTATE = Act.REINSTATE.value
    PLACE_HOLD = Act.PLACE_HOLD.value
    LIFT_HOLD = Act.LIFT_HOLD.value
    EXTEND = Act.EXTEND.value
    GRANT = Act.GRANT.value
    RESYNC = "resync"
    RESOLVE_EXCEPTION = "resolve_exception"
    RUN_JOBS = "run_jobs"
    RECONCILE = "reconcile"
    MAP_PRODUCT = "map_product"
    REPLAY_MESSAGE = "replay_message"
    READ_MESSAGE = "read_message"
    PAUSE_CONNECTION = "pause_connection"
    MINT_BATCHES = "mint_batches"
    DOWNLOAD_BATCH = "download_batch"
    APPROVE = "approve"
    ACTIVATE_AT_SALE = Act.ACTIVATE_AT_SALE.value
    IMPORT_FILES = "import_files"
    SET_GIFT = Act.SET_GIFT.value
    CORRECT_RECIPIENT = Act.CORRECT_RECIPIENT.value
    RESEND_CODE = Act.RESEND_CODE.value
    RESERVE = Act.RESERVE.value
    RELEASE = Act.RELEASE.value
    RETRY_PROVISIONING = Act.RETRY_PROVISIONING.value
    CORRECT_SUBJECT = Act.CORRECT_SUBJECT.value
    TRANSFER = Act.TRANSFER.value
    MANAGE_PARTNERS = "manage_partners"
    SUSPEND_PARTNER = "suspend_partner"
    ALLOT = Act.ALLOT.value
    EDIT_MAILS = "edit_mails"
    CHANGE_MAIL = "change_mail"
    MERGE_ACCOUNTS = Act.MERGE_ACCOUNTS.value
    ERASE_PERSON = "erase_person"
    ANNOTATE = "annotate"
    COMPLETE_STEP = Act.COMPLETE_STEP.value
    DECIDE_REFUND = Act.DECIDE_REFUND.value
    READ_PERSONAL = "read_personal"
    BULK_ACTS = "bulk_acts"
    EXPORT = "export"
    EXPORT_CODES = "export_codes"
    VERIFY = "verify"
    MANAGE_PRODUCTS = "manage_products"
    MANAGE_CONNECTIONS = "manage_connections"
    MANAGE_KEYS = "manage_keys"
    MANAGE_STAFF = "manage_staff"

    @property
    def full_name(self) -> str:
        """Give the name Django knows it by."""
        return f"counterfoil.{self.value}"

    @property
    def words(self) -> str:
        """Say what it allows."""
        return WORDS[self]


WORDS: Mapping[Permission, str] = MappingProxyType(
    {
        Permission.USE_CONSOLE: "read everything in the console, codes and addresses masked",
        Permission.ASSIGN: "assign entitlements",
        Permission.COMPLETE_SUBJECT: "say whom an entitlement is for",
        Permission.UNASSIGN: "take an assignment back",
        Permission.REPLACE_CODE: "replace codes",
        Permission.REVEAL_CODE: "reveal codes",
        Permission.REVOKE: "revoke entitlements",
        Permission.REINSTATE: "reinstate entitlements",
        Permission.PLACE_HOLD: "place holds",
        Permission.LIFT_HOLD: "lift holds",
        Permission.EXTEND: "change how long entitlements are valid",
        Permission.GRANT: "grant entitlements without a sale",
        Permission.RESYNC: "ask a channel again how an order stands",
        Permission.RESOLVE_EXCEPTION: "close exceptions",
        Permission.RUN_JOBS: "stop and continue long work",
        Permission.RECONCILE: "compare all orders of a channel with our records",
        Permission.MAP_PRODUCT: "say what a channel's products are",
        Permission.REPLAY_MESSAGE: "have messages of channels worked again",
        Permission.READ_MESSAGE: "read the bodies of messages, personal data masked",
        Permission.PAUSE_CONNECTION: "pause connections and let them go on",
        Permission.MINT_BATCHES: "ask for printed batches, hand them over, withdraw them",
        Permission.DOWNLOAD_BATCH: "fetch the print file of a batch",
        Permission.APPROVE: "approve what somebody else asks for",
        Permission.ACTIVATE_AT_SALE: "sell printed codes at the till",
        Permission.IMPORT_FILES: "upload order files and have them carried out",
        Permission.SET_GIFT: "make gifts of entitlements, and cancel them",
        Permission.CORRECT_RECIPIENT: "correct the address a gift or a code goes to",
        Permission.RESEND_CODE: "send codes again",
        Permission.RESERVE: "reserve entitlements",
        Permission.RELEASE: "release reservations, and take them over",
        Permission.RETRY_PROVISIONING: "have downstream records tried again at once",
        Permission.CORRECT_SUBJECT: "correct what an entitlement is for",
        Permission.TRANSFER: "transfer entitlements to another account",
        Permission.MANAGE_PARTNERS: "set up partners and invite their people",
        Permission.SUSPEND_PARTNER: "suspend partners and let them go on",
        Permission.ALLOT: "allot entitlements to partners, and take them back",
        Permission.EDIT_MAILS: "change the words of mails",
        Permission.CHANGE_MAIL: "change the address of an account",
        Permission.MERGE_ACCOUNTS: "merge two accounts of one person",
        Permission.ERASE_PERSON: "erase a person on request",
        Permission.ANNOTATE: "write notes",
        Permission.COMPLETE_STEP: "answer steps of onboarding for a customer",
        Permission.DECIDE_REFUND: "decide what a refund takes back",
        Permission.READ_PERSONAL: "be shown an address in full, one at a time",
        Permission.BULK_ACTS: "act on many entitlements at once, where the act is theirs",
        Permission.EXPORT: "export lists and the ledger, codes and addresses masked",
        Permission.EXPORT_CODES: "have codes in an export",
        Permission.VERIFY: "have the promises and the chain of the ledger checked",
        Permission.MANAGE_PRODUCTS: "change products, their terms and what is agreed to",
        Permission.MANAGE_CONNECTIONS: "make connections and change their secrets",
        Permission.MANAGE_KEYS: "make and end API keys",
        Permission.MANAGE_STAFF: "let staff in and give them roles",
    }
)

READING = frozenset({Permission.USE_CONSOLE})
COMPARING = frozenset({Permission.RESYNC, Permission.RECONCILE, Permission.RESOLVE_EXCEPTION})
BATCHES = frozenset(
    {Permission.MINT_BATCHES, Permission.DOWNLOAD_BATCH, Permission.ACTIVATE_AT_SALE}
)
SUPPORT_1 = READING | {
    Permission.REPLACE_CODE,
    Permission.RESEND_CODE,
    Permission.CORRECT_RECIPIENT,
    Permission.ANNOTATE,
    Permission.COMPLETE_STEP,
}
PARTNERS = frozenset({Permission.MANAGE_PARTNERS, Permission.SUSPEND_PARTNER, Permission.ALLOT})
SETTINGS = frozenset(
    {
        Permission.MANAGE_PRODUCTS,
        Permission.MANAGE_CONNECTIONS,
        Permission.MANAGE_KEYS,
        Permission.MANAGE_STAFF,
    }
)

ROLES: Mapping[str, frozenset[Permission]] = MappingProxyType(
    {
        "Support 1": SUPPORT_1,
        # Who can have codes issued from a file of their own making must not see them as well.
        "Support 2": frozenset(Permission)
        - BATCHES
        - PARTNERS
        - SETTINGS
        - {
            Permission.APPROVE,
            Permission.IMPORT_FILES,
            Permission.EDIT_MAILS,
            Permission.EXPORT_CODES,
            Permission.VERIFY,
        },
        "Finance": READING
        | COMPARING
        | {Permission.DECIDE_REFUND, Permission.ANNOTATE, Permission.EXPORT},
        "Operations": READING
        | COMPARING
        | BATCHES
        | PARTNERS
        | {
            Permission.EDIT_MAILS,
            Permission.RESERVE,
            Permission.RELEASE,
            Permission.RETRY_PROVISIONING,
            Permission.GRANT,
            Permission.APPROVE,
            Permission.RUN_JOBS,
            Permission.MAP_PRODUCT,
            Permission.REPLAY_MESSAGE,
            Permission.PAUSE_CONNECTION,
            Permission.IMPORT_FILES,
            Permission.ANNOTATE,
            Permission.BULK_ACTS,
            Permission.EXPORT,
            Permission.VERIFY,
            Permission.MANAGE_PRODUCTS,
            Permission.MANAGE_CONNECTIONS,
        },
        "Auditor": READING | {Permission.EXPORT, Permission.VERIFY},
        "Owner": READING
        | {
            Permission.MANAGE_STAFF,
            Permission.MANAGE_KEYS,
            Permission.MANAGE_CONNECTIONS,
            Permission.EXPORT,
            Permission.VERIFY,
        },
        "Till": frozenset({Permission.ACTIVATE_AT_SALE}),
    }
)
"""The groups that are shipped, and what each may do."""


SINGLE = frozenset(Permission) - frozenset().union(*ROLES.values())
"""What no role includes: given to somebody by name."""


def conflict_in(given: frozenset[Permission]) -> bool:
    """Tell whether one person could have codes issued from a file of their own and read them."""
    reads = given & {Permission.REVEAL_CODE, Permission.EXPORT_CODES}
    return Permission.IMPORT_FILES in given and bool(reads)


def permission_for(act: Act) -> Permission:
    """
    Say which permission an act needs: its own, or that of its neighbour.

    Whoever may give may also call it off; correcting an address is one permission, whoever reads
    it.
    """
    return _NEIGHBOURS.get(act) or Permission(act.value)


_NEIGHBOURS: Mapping[Act, Permission] = {
    Act.CANCEL_GIFT: Permission.SET_GIFT,
    Act.CORRECT_BUYER: Permission.CORRECT_RECIPIENT,
}
