"""
Every setting, with its default and its meaning.

The host sets ``COUNTERFOIL_<NAME>`` in its Django settings. Read them through :data:`conf`, which
asks Django each time, so that a test may override one.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings


class Settings:
    """The settings of Counterfoil; an attribute each, named without the prefix."""

    KEYS: Mapping[str, Mapping[str, str]] = {}
    """Key ring: purpose (index, seal, personal, secret) -> key id -> base64 of 32 random bytes."""

    SITE_URL: str = "http://localhost:8000"
    """Where this installation is reached, without a trailing slash; used in mails and redirects."""

    SITE_NAME: str = "Counterfoil"
    """What the pages and mails call the shop."""

    SUPPORT_MAIL: str = ""
    """Where people who are stuck can write; left out of pages and mails when empty."""

    THEME_URL: str = ""
    """A stylesheet of yours on this site, which sets the ``--cf-…`` properties of the pages."""

    LOGO_URL: str = ""
    """A picture of yours on this site, shown instead of our mark and the name."""

    MAIL_FROM: str = ""
    """Sender of mails; Django's ``DEFAULT_FROM_EMAIL`` when empty."""

    PROVISIONER: str = "counterfoil.effects.provisioning.NoDownstream"
    """Dotted path of the class that makes the downstream record; see ``Provisioner``."""

    PROVISIONER_URL: str = ""
    """Where ``counterfoil.effects.webhook_provisioner.WebhookProvisioner`` asks; https only."""

    PROVISIONER_SECRETS: Sequence[str] = ()
    """With what it signs, ``whsec_`` and base64 each: the new one, and the old while changing."""

    PROVISIONER_SENDS_MAIL: bool = False
    """Whether it tells the holder's mail address as well."""

    PROVISIONER_ALLOWS_LOOPBACK: bool = False
    """Whether it may ask this very machine, without encryption; for development."""

    WEBHOOKS_ALLOW_LOOPBACK: bool = False
    """Whether events may be sent to this very machine, without encryption; for development."""

    EVENT_DAYS: int = 90
    """For how long events can be read from the feed and sent again; at least 7."""

    CHANNELS: Mapping[str, str] = {}
    """Channels of your own: name -> dotted path of what builds one from a ``Connection``."""

    SUBJECT_KINDS: Mapping[str, Mapping[str, Any]] = {}
    """What entitlements can be for: name -> label, JSON schema, what is unique, and a chooser."""

    PLAYBOOKS: Sequence[str] = ()
    """Kinds of cases of your own: the dotted path of a ``Playbook`` each."""

    POLICY: str = ""
    """Dotted path of the class that says who may redeem and what a refund does; see ``Policy``."""

    MAILER: str = ""
    """Dotted path of the class that sends mails; see ``Mailer``. Django's backend when empty."""

    ACCOUNTS: str = ""
    """Dotted path of the class that says whom the host has signed in; see ``Accounts``."""

    ADAPTER_SECONDS: float = 5.0
    """How long ``POLICY`` and ``MAILER`` are waited for; later answers of ``ACCOUNTS`` are none."""

    CHOOSER_SECONDS: float = 5.0
    """How long a page waits for a host's chooser of subjects before it goes on without."""

    TRUSTED_HOPS: int = 0
    """How many proxies stand in front and append to ``X-Forwarded-For``."""

    GRANT_LIMIT: int = 20
    """How many entitlements one operator may grant in one act without a second person."""

    GRANT_ROLE_LIMITS: Mapping[str, int] = {}
    """The same by role (name of the group), at most ``GRANT_LIMIT``; the best role counts."""

    GRANT_DAILY_LIMIT: int = 60
    """How many entitlements one operator may grant in 24 hours without a second person."""

    BULK_LIMIT: int = 100
    """How many entitlements one operator may act on at once without a second person."""

    BULK_DAILY_LIMIT: int = 1_000
    """How many entitlements one operator may so act on in 24 hours without a second person."""

    BULK_MAX_ROWS: int = 100_000
    """How many entitlements one bulk act may be about; more are refused."""

    GRANT_LIST_MAX_BYTES: int = 2_000_000
    """Largest list of grants that is read."""

    GRANT_LIST_MAX_ROWS: int = 5_000
    """How many rows a list of grants may have."""

    APPROVAL_HOURS: int = 72
    """How long a request waits for a second person before it lapses."""

    DROP_PRINTED_CODES: bool = False
    """Whether printed codes become unreadable here once their batch is handed over."""

    RESERVATION_DAYS: int = 90
    """For how long anything can be reserved, from the moment it is asked for."""

    RESERVATION_LIMIT: int = 5_000
    """How many entitlements one partner, API key or operator may have reserved at a time."""

    SALE_UNDO_MINUTES: int = 15
    """How long a till may undo a sale of a printed code by itself."""

    REDEEM_TEST_CODES: bool | None = None
    """Whether test codes can be redeemed; ``None``: only while no live connection is enabled."""

    STAFF_SECOND_FACTOR: str = ""
    """Staff's second factor: ``required`` (so when empty, without ``DEBUG``), ``offered`` (so with
    ``DEBUG``), or ``elsewhere``: whoever signs staff in has asked for one."""

    STAFF_IDLE_MINUTES: int = 120
    """After how long without a page a console session ends; it ends after twelve hours anyhow."""

    REVEAL_LIMIT: int = 20
    """How many codes one operator may have shown in 24 hours."""

    ADDRESS_LIMIT: int = 50
    """How many mail addresses one operator may have shown in full in 24 hours."""

    GUESS_LIMITS: Mapping[str, int] = {"session": 10, "address": 20, "network": 100, "key": 1000}
    """Unknown codes tolerated in any hour per session or account, address, network and API key."""

    RATE_LIMITS: Mapping[str, int] = {"key": 6_000, "partner": 600}
    """Calls in any minute per API key of your own, and of a partner or connection; 0: no limit."""

    CART_LIMIT: int = 100
    """How many of one product a cart may hold."""

    CODES_SHOWN_MINUTES: int = 30
    """How long the thank-you page shows codes to the browser that paid."""

    MESSAGE_MAX_BYTES: int = 262_144
    """Largest inbound message that is read; larger ones are refused with 413."""

    ORDER_FILE_MAX_BYTES: int = 20_000_000
    """Largest order file that is read."""

    ORDER_FILE_MAX_ROWS: int = 100_000
    """How many rows of an order file are read; one with more is refused."""

    EXPORT_MAX_ROWS: int = 200_000
    """How many rows of a list one file may have."""

    EXPORTS_OF_ONE: int = 2
    """How many files of lists the console sends to one person at once."""

    EXPORTS_AT_ONCE: int = 3
    """How many files of lists the console sends at once; each takes a thread of the server."""

    EXPORT_MINUTES: int = 20
    """How long a file may take to be sent; then it breaks off, and somebody else has room."""

    FILE_REVEAL_LIMIT: int = 500
    """How many codes one operator may have shown in 24 hours where they come in a file."""

    HANDOUT_MAX_BYTES: int = 5_000_000
    """Largest list of recipients that is read."""

    HANDOUT_MAX_ROWS: int = 10_000
    """How many recipients a list may have."""

    CARDS_MAX: int = 200
    """How many cards a partner may print at once."""

    def __getattribute__(self, name: str) -> Any:
        """Give the host's value, or ours."""
        if name.isupper():
            return getattr(settings, f"COUNTERFOIL_{name}", getattr(type(self), name))
        return object.__getattribute__(self, name)


conf = Settings()
