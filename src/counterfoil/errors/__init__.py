"""
Everything that can be refused, as facts.

::

    CounterfoilError
    ├── NotFound          what was named does not exist
    │   ├── MailUnknown
    │   ├── StepUnknown, SubjectUnknown
    │   ├── EntitlementOfAnother, RefundUnknown, EventsForgotten
    │   └── CodeNotFound, ProductNotSold, OrderUnknown, PointOfSaleUnknown
    ├── Conflict          true now, may be different later or for somebody else
    │   ├── CodeAlreadyUsed, CodeReplaced, EntitlementRevoked, EntitlementExpired,
    │   │   EntitlementOnHold, EntitlementReserved, EntitlementBound, EntitlementNotSold,
    │   │   EntitlementIsTest, NotAssigned
    │   ├── EntitlementAlreadySold, NotPrinted, SaleClosed
    │   ├── BatchNameTaken, BatchNotReady, PrintFileGone, CountsDiffer
    │   ├── ApprovalClosed, RequesterMayNot
    │   ├── IllegalMove, StaleEntitlement
    │   ├── SubjectAlreadyKnown, UndoWindowOver, CutoffPassed, AlreadyOffered, OfferClosed
    │   ├── StepNotYet, StepAlreadyDone, SubjectTaken, SubjectBusy, ConsentTextChanged,
    │   │   ConsentTextMissing, NotGiven, BeingGiven, GiftAlreadySent, GiftNotSent, GiftClaimed
    │   ├── MailTextChanged, DeliveryOver, AddressTaken, AddressProven, AccountMerged,
    │   │   AccountMissing, SameAccount
    │   ├── SkuTaken, ProductChanged, TermsChanged, ConnectionSlugTaken, ConnectionChanged,
    │   │   ApiKeyMade, ConsentChanged, WebhookEndpointChanged, WebhookEndpointEnded,
    │   │   WebhookEndpointMade, WebhookEndpointDisabled
    │   ├── DeclaredDifferently, RequestInFlight, PurchaseUnfinished, FileNotClean, FileClosed
    │   ├── PartnerSlugTaken, MemberAlready, LastAdmin, NotHandedOn, BulkEmpty, BulkClosed,
    │   │   BulkNotInvertible
    │   ├── CaseSettled, CaseTaken, SituationChanged
    │   ├── RefundNotPaid, RefundSaysOtherwise, RefundedByAnother, NothingToDecide
    │   ├── GrantListChanged, GrantListClosed, GrantListNotClean
    │   ├── NotEnoughFree, NotFree, ReservationOver, TooManyReserved, NotAsked, AlreadyCounting
    │   ├── TooManyCalls
    │   └── TooManyAttempts, ChannelRefused, CartClosed, JobFinished, HandoutNotClean, HandoutClosed
    ├── Rejected          the request itself is wrong and stays wrong
    │   ├── AnswersInvalid, AgreementMissing, FilterWrong
    │   ├── ProductInvalid, TermsInvalid, ConnectionInvalid, ApiKeyInvalid, ConsentInvalid,
    │   │   WebhookEndpointInvalid
    │   ├── CodeMalformed, SubjectInvalid, OrderInvalid, ReasonMissing, ReferenceUnknown
    │   ├── RecipientIsHolder
    │   ├── BatchInvalid, RecipientKeyRefused, SaleInvalid
    │   ├── CartEmpty, QuantityInvalid, CurrenciesMixed, MailInvalid, MappingInvalid
    │   ├── FileUnreadable, FileTooLarge, MailTextInvalid, GiftDateInvalid, GiftTextTooLong
    │   ├── DeclarationInvalid, NotTold, KeyMissing, KeyReused
    │   ├── ReservationInvalid, ReservationTooLong, NoteInvalid, RefundUnitsInvalid
    │   ├── DueInvalid, OutcomeMissing, OwnerUnknown
    │   ├── PartnerInvalid, NotASubPartner, ChoiceInvalid, RecipientInvalid, BulkInvalid,
    │   │   BulkTooLarge
    │   ├── LedgerTooWide, CursorUnknown
    │   └── Forged, Stale, Malformed, TooLarge        (messages from a channel)
    ├── Denied            the actor may not do this
    │   ├── KeyUnbound, ConnectionOff, TransferNotAllowed, ProofMissing, TooManyGiftMails
    │   ├── TooManyAddressesRead, RedemptionRefused
    │   └── ApprovalMissing, OwnRequest, CodeNotRevealable, TooManyReveals, SignInRefused
    └── Unavailable       something we depend on does not answer; try again later
        └── ChannelUnavailable, AccessLost, ConnectionIncomplete, ChooserFailed, AdapterFailed

The docstring of a class is its message; ``code`` never changes once released. Operations raise
these; only surfaces translate them (the public surfaces fold many of them into one neutral answer).
"""

from counterfoil.errors import (
    auditing,
    batches,
    bulk,
    calls,
    cases,
    events,
    gifts,
    granting,
    handouts,
    holding,
    hosting,
    lists,
    mails,
    notes,
    partners,
    people,
    refunds,
    reservations,
    settings,
    staff,
    webhooks,
)
from counterfoil.errors.auditing import *  # noqa: F403
from counterfoil.errors.base import (
    Conflict,
    CounterfoilError,
    Denied,
    NotFound,
    Rejected,
    Unavailable,
)
from counterfoil.errors.batches import *  # noqa: F403 - named once, there
from counterfoil.errors.bulk import *  # noqa: F403
from counterfoil.errors.calls import *  # noqa: F403
from counterfoil.errors.cases import *  # noqa: F403 - named once, there
from counterfoil.errors.declared import (
    ConnectionOff,
    DeclarationInvalid,
    DeclaredDifferently,
    Fault,
    KeyMissing,
    KeyReused,
    KeyUnbound,
    NotTold,
    PurchaseUnfinished,
    RequestInFlight,
)
from counterfoil.errors.entitlements import (
    ApprovalMissing,
    CodeAlreadyUsed,
    CodeMalformed,
    CodeNotFound,
    CodeNotRevealable,
    CodeReplaced,
    EntitlementBound,
    EntitlementExpired,
    EntitlementIsTest,
    EntitlementNotSold,
    EntitlementOnHold,
    EntitlementReserved,
    EntitlementRevoked,
    IllegalMove,
    NotAssigned,
    ReasonMissing,
    SignInRefused,
    StaleEntitlement,
    SubjectAlreadyKnown,
    SubjectInvalid,
    TooManyAttempts,
    TooManyReveals,
    UndoWindowOver,
)
from counterfoil.errors.events import *  # noqa: F403 - named once, there
from counterfoil.errors.files import FileClosed, FileNotClean, FileTooLarge, FileUnreadable
from counterfoil.errors.gifts import *  # noqa: F403
from counterfoil.errors.granting import *  # noqa: F403
from counterfoil.errors.handouts import *  # noqa: F403
from counterfoil.errors.holding import *  # noqa: F403
from counterfoil.errors.hosting import *  # noqa: F403
from counterfoil.errors.lists import *  # noqa: F403 - named once, there
from counterfoil.errors.mails import *  # noqa: F403
from counterfoil.errors.notes import *  # noqa: F403 - named once, there
from counterfoil.errors.onboarding import *  # noqa: F403
from counterfoil.errors.onboarding import __all__ as _of_onboarding
from counterfoil.errors.orders import (
    AccessLost,
    CartClosed,
    CartEmpty,
    ChannelRefused,
    ChannelUnavailable,
    ConnectionIncomplete,
    CurrenciesMixed,
    Forged,
    JobFinished,
    MailInvalid,
    Malformed,
    MappingInvalid,
    OrderInvalid,
    OrderUnknown,
    ProductNotSold,
    QuantityInvalid,
    Stale,
    TooLarge,
)
from counterfoil.errors.partners import *  # noqa: F403 - named once, there
from counterfoil.errors.people import *  # noqa: F403 - named once, there
from counterfoil.errors.refunds import *  # noqa: F403 - named once, there
from counterfoil.errors.reservations import *  # noqa: F403 - named once, there
from counterfoil.errors.settings import *  # noqa: F403
from counterfoil.errors.staff import *  # noqa: F403 - named once, there
from counterfoil.errors.webhooks import *  # noqa: F403 - named once, there

__all__ = [
    "AccessLost",
    "ApprovalMissing",
    "CartClosed",
    "CartEmpty",
    "ChannelRefused",
    "ChannelUnavailable",
    "CodeAlreadyUsed",
    "CodeMalformed",
    "CodeNotFound",
    "CodeNotRevealable",
    "CodeReplaced",
    "Conflict",
    "ConnectionIncomplete",
    "ConnectionOff",
    "CounterfoilError",
    "CurrenciesMixed",
    "DeclarationInvalid",
    "DeclaredDifferently",
    "Denied",
    "EntitlementBound",
    "EntitlementExpired",
    "EntitlementIsTest",
    "EntitlementNotSold",
    "EntitlementOnHold",
    "EntitlementReserved",
    "EntitlementRevoked",
    "Fault",
    "FileClosed",
    "FileNotClean",
    "FileTooLarge",
    "FileUnreadable",
    "Forged",
    "IllegalMove",
    "JobFinished",
    "KeyMissing",
    "KeyReused",
    "KeyUnbound",
    "MailInvalid",
    "Malformed",
    "MappingInvalid",
    "NotAssigned",
    "NotFound",
    "NotTold",
    "OrderInvalid",
    "OrderUnknown",
    "ProductNotSold",
    "PurchaseUnfinished",
    "QuantityInvalid",
    "ReasonMissing",
    "Rejected",
    "RequestInFlight",
    "SignInRefused",
    "Stale",
    "StaleEntitlement",
    "SubjectAlreadyKnown",
    "SubjectInvalid",
    "TooLarge",
    "TooManyAttempts",
    "TooManyReveals",
    "Unavailable",
    "UndoWindowOver",
]
__all__ += _of_onboarding
__all__ += hosting.__all__
__all__ += [*partners.__all__, *people.__all__, *gifts.__all__, *handouts.__all__]
__all__ += [*reservations.__all__, *notes.__all__, *refunds.__all__, *batches.__all__]
__all__ += [*lists.__all__, *settings.__all__, *mails.__all__, *holding.__all__]
__all__ += [*bulk.__all__, *calls.__all__, *cases.__all__, *auditing.__all__]
__all__ += [*staff.__all__, *webhooks.__all__, *events.__all__, *granting.__all__]
