"""The lists there are, by the names their files and saved views know them by."""

from collections.abc import Mapping

from counterfoil.console.attempts import ATTEMPTS
from counterfoil.console.inbox import MESSAGES
from counterfoil.console.listing import Listing
from counterfoil.console.lists_orders import CODES, ENTITLEMENTS, PURCHASES
from counterfoil.console.mailing import MAILS_LIST
from counterfoil.console.partnering import PARTNERS

LISTS: Mapping[str, Listing] = {
    one.name: one
    for one in (ENTITLEMENTS, CODES, PURCHASES, PARTNERS, MAILS_LIST, MESSAGES, ATTEMPTS)
}
