"""The records: tables, constraints, and which rows. Nothing here changes the state of anything."""

from counterfoil.models.catalogue import Connection, Product, ProductMapping, TermsVersion
from counterfoil.models.entitlements import (
    Assignment,
    Code,
    CodeState,
    Entitlement,
    Hold,
    HoldKind,
    Subject,
)
from counterfoil.models.inbox import Message
from counterfoil.models.jobs import Job, JobStatus
from counterfoil.models.ledger import Entry, Seal
from counterfoil.models.money import Decision, Dispute, Refund, RefundedEntitlement
from counterfoil.models.outbox import Delivery, DeliveryKind, Downstream, Link, Provisioning
from counterfoil.models.partners import Allotment, Partner
from counterfoil.models.people import Account, Contact, Person, SignIn
from counterfoil.models.purchases import (
    Cart,
    CartState,
    GrantRecord,
    Line,
    Purchase,
    PurchaseKind,
)
from counterfoil.models.support import ApiKey, Attempt, ConsoleSignIn, ExceptionCase

__all__ = [
    "Account",
    "Allotment",
    "ApiKey",
    "Assignment",
    "Attempt",
    "Cart",
    "CartState",
    "Code",
    "CodeState",
    "Connection",
    "ConsoleSignIn",
    "Contact",
    "Decision",
    "Delivery",
    "DeliveryKind",
    "Dispute",
    "Downstream",
    "Entitlement",
    "Entry",
    "ExceptionCase",
    "GrantRecord",
    "Hold",
    "HoldKind",
    "Job",
    "JobStatus",
    "Line",
    "Link",
    "Message",
    "Partner",
    "Person",
    "Product",
    "ProductMapping",
    "Provisioning",
    "Purchase",
    "PurchaseKind",
    "Refund",
    "RefundedEntitlement",
    "Seal",
    "SignIn",
    "Subject",
    "TermsVersion",
]
