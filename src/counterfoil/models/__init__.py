"""The records: tables, constraints, and which rows. Nothing here changes the state of anything."""

from counterfoil.models.approvals import Approval
from counterfoil.models.assignments import Assignment, Relation, Subject
from counterfoil.models.auditing import AuditEntry
from counterfoil.models.batches import Batch, BatchStep, PrintFile
from counterfoil.models.bulk import Bulk, BulkItem, BulkStatus
from counterfoil.models.calls import CallsTaken
from counterfoil.models.catalogue import Connection, Product, ProductMapping, TermsVersion
from counterfoil.models.declared import DeclaredOrder
from counterfoil.models.entitlements import Code, CodeState, Entitlement, Hold, HoldKind
from counterfoil.models.events import Event
from counterfoil.models.exports import RunningExport
from counterfoil.models.figures import Counting, Tally
from counterfoil.models.gifts import Gift, GiftEnd, GiftWish, GiftWords
from counterfoil.models.grant_lists import GrantList, GrantListRow, GrantListStatus
from counterfoil.models.handouts import Handout, HandoutRow, HandoutStatus
from counterfoil.models.inbox import Message, RefusedMessages
from counterfoil.models.jobs import Job, JobStatus
from counterfoil.models.ledger import Entry, Seal, StuckEntry
from counterfoil.models.mail_texts import MailText
from counterfoil.models.money import (
    Decision,
    Dispute,
    Refund,
    RefundCovers,
    RefundedEntitlement,
    RefundRuling,
)
from counterfoil.models.notes import Note
from counterfoil.models.notices import Notice
from counterfoil.models.onboarding import ConsentText, OnboardingStep, StepStatus
from counterfoil.models.order_files import OrderFile, OrderFileRow
from counterfoil.models.outbox import (
    Delivery,
    DeliveryKind,
    Downstream,
    DownstreamHealth,
    Link,
    Provisioning,
)
from counterfoil.models.partners import (
    Allotment,
    Partner,
    PartnerMember,
    PartnerRole,
    Suspension,
)
from counterfoil.models.people import Account, Contact, Person, SignIn, Unsubscription
from counterfoil.models.purchases import (
    Cart,
    CartState,
    GrantRecord,
    Line,
    Purchase,
    PurchaseKind,
)
from counterfoil.models.reconciling import (
    Cause,
    Difference,
    DifferenceKind,
    DifferenceOutcome,
    ReconcileRun,
)
from counterfoil.models.replies import Reply
from counterfoil.models.reservations import Reservation, ReservationEnd, ReservedEntitlement
from counterfoil.models.saved_views import SavedView
from counterfoil.models.staff import RecoveryCode, SecondFactor, StaffAccess, StaffSession
from counterfoil.models.support import ApiKey, Attempt, ConsoleSignIn, ExceptionCase
from counterfoil.models.transfers import Milestone, Transfer, TransferEnd
from counterfoil.models.webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from counterfoil.models.write_backs import WriteBack

__all__ = [
    "Account",
    "Allotment",
    "ApiKey",
    "Approval",
    "Assignment",
    "Attempt",
    "AuditEntry",
    "Batch",
    "BatchStep",
    "Bulk",
    "BulkItem",
    "BulkStatus",
    "CallsTaken",
    "Cart",
    "CartState",
    "Cause",
    "Code",
    "CodeState",
    "Connection",
    "ConsentText",
    "ConsoleSignIn",
    "Contact",
    "Counting",
    "Decision",
    "DeclaredOrder",
    "Delivery",
    "DeliveryKind",
    "Difference",
    "DifferenceKind",
    "DifferenceOutcome",
    "Dispute",
    "Downstream",
    "DownstreamHealth",
    "Entitlement",
    "Entry",
    "Event",
    "ExceptionCase",
    "Gift",
    "GiftEnd",
    "GiftWish",
    "GiftWords",
    "GrantList",
    "GrantListRow",
    "GrantListStatus",
    "GrantRecord",
    "Handout",
    "HandoutRow",
    "HandoutStatus",
    "Hold",
    "HoldKind",
    "Job",
    "JobStatus",
    "Line",
    "Link",
    "MailText",
    "Message",
    "Milestone",
    "Note",
    "Notice",
    "OnboardingStep",
    "OrderFile",
    "OrderFileRow",
    "Partner",
    "PartnerMember",
    "PartnerRole",
    "Person",
    "PrintFile",
    "Product",
    "ProductMapping",
    "Provisioning",
    "Purchase",
    "PurchaseKind",
    "ReconcileRun",
    "RecoveryCode",
    "Refund",
    "RefundCovers",
    "RefundRuling",
    "RefundedEntitlement",
    "RefusedMessages",
    "Relation",
    "Reply",
    "Reservation",
    "ReservationEnd",
    "ReservedEntitlement",
    "RunningExport",
    "SavedView",
    "Seal",
    "SecondFactor",
    "SignIn",
    "StaffAccess",
    "StaffSession",
    "StepStatus",
    "StuckEntry",
    "Subject",
    "Suspension",
    "Tally",
    "TermsVersion",
    "Transfer",
    "TransferEnd",
    "Unsubscription",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WriteBack",
]
