"""
The menu of the console: every page that lists something has a line in one of the groups.

A page of a part of the console that is new here needs one line: what its pages call their
``section``, its name, the name of its address, and what its view asks for. Pages under it
(``batches/ask/`` under ``batches/``) need none. ``tests/house/test_menu.py`` finds what is missing.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counterfoil.rules.permissions import Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; ``counted`` names the figure of the frame that stands beside it."""

    section: str
    label: str | Promise
    name: str
    permission: Permission = Permission.USE_CONSOLE
    counted: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that belong together; the first group has no heading."""

    label: str | Promise
    entries: tuple[Entry, ...]


AT_HAND = (
    Entry("home", _("Start"), "console-home"),
    Entry("exceptions", _("Exceptions"), "console-exceptions", counted="open_exceptions"),
    Entry("approvals", _("Approvals"), "console-approvals", counted="approvals"),
)
ORDERS = (
    Entry("purchases", _("Purchases"), "console-purchases"),
    Entry("entitlements", _("Entitlements"), "console-entitlements"),
    Entry("codes", _("Codes"), "console-codes"),
    Entry("attempts", _("Failed attempts"), "console-attempts"),
    Entry("reservations", _("Reservations"), "console-reservations"),
    Entry("bulk", _("Bulk acts"), "console-bulks"),
    Entry("mails", _("Mails"), "console-mails"),
)
ISSUING = (
    Entry("grant", _("Grant"), "console-grant", Permission.GRANT),
    Entry("grants", _("Without a sale"), "console-grants"),
    Entry("batches", _("Batches"), "console-batches"),
    Entry("order_files", _("Order files"), "console-order-files"),
    Entry("till", _("Till"), "console-till", Permission.ACTIVATE_AT_SALE),
)
PEOPLE = (
    Entry("people", _("People"), "console-people"),
    Entry("partners", _("Partners"), "console-partners"),
)
CHANNELS = (
    Entry("connections", _("Connections"), "console-connections"),
    Entry("mapping", _("Mapping"), "console-mapping"),
    Entry("inbox", _("Inbox"), "console-inbox"),
    Entry("reconcile", _("Reconcile"), "console-reconcile"),
    Entry("webhooks", _("Webhooks"), "console-webhooks"),
)
OVERSIGHT = (
    # what happened, and how it stands
    Entry("ledger", _("Ledger"), "console-ledger"),
    Entry("figures", _("Figures"), "console-figures"),
    Entry("jobs", _("Long work"), "console-jobs"),
)
SETTINGS = (
    # what the operators of the shop decide themselves
    Entry("products", _("Products"), "console-products"),
    Entry("consents", _("Texts to agree to"), "console-consents"),
    Entry("mail_texts", _("Mail texts"), "console-mail-texts"),
    Entry("staff", _("Staff"), "console-staff"),
    Entry("access", _("Your access"), "console-access"),
    Entry("keys", _("API keys"), "console-keys"),
    Entry("limits", _("Limits"), "console-limits"),
)
MENU = (
    Group("", AT_HAND),
    Group(_("Orders"), ORDERS),
    Group(_("Issuing"), ISSUING),
    Group(_("People & partners"), PEOPLE),
    Group(_("Channels"), CHANNELS),
    Group(_("Oversight"), OVERSIGHT),
    Group(_("Settings"), SETTINGS),
)


def groups(
    may: Callable[[Permission], bool], section: str, counts: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Give the groups this member of staff sees something in, the current entry marked."""
    shown = (
        {"label": group.label, "entries": list(_entries(group, may, section, counts))}
        for group in MENU
    )
    return [group for group in shown if group["entries"]]


def _entries(
    group: Group, may: Callable[[Permission], bool], section: str, counts: Mapping[str, int]
) -> Iterator[dict[str, Any]]:
    for entry in group.entries:
        if may(entry.permission):
            yield {
                "label": entry.label,
                "url": reverse(f"counterfoil:{entry.name}"),
                "count": counts.get(entry.counted, 0),
                "is_current": entry.section == section,
            }
