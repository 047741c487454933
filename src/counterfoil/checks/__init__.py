"""System checks: every mistake in the settings named, with what mends it."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.db import connections, router
from django.utils.module_loading import import_string

from counterfoil.conf import conf
from counterfoil.models import Code, Connection, DeclaredOrder, OrderFile, Person
from counterfoil.models.keys import keyring
from counterfoil.playbooks.playbook import Playbook
from counterfoil.rules.keyring import Purpose, problems
from counterfoil.rules.subject_declarations import mistakes, read_kinds
from counterfoil.rules.webhook_secrets import secret_bytes

SMALLEST_POSTGRESQL = 150_000
METHODS = {
    "COUNTERFOIL_POLICY": ("may_redeem", "on_refund"),
    "COUNTERFOIL_MAILER": ("send",),
    "COUNTERFOIL_ACCOUNTS": ("visitor", "sign_in_url", "sign_out"),
}
WEBHOOK = "counterfoil.effects.webhook_provisioner.WebhookProvisioner"


@register()
def check_keys(**_given: Any) -> list[CheckMessage]:
    """Find every mistake in the key ring."""
    if not conf.KEYS and settings.DEBUG:
        return []
    hint = "Make new ones with `counterfoil keys`; keep them outside the database and its backups."
    return [
        Error(problem, hint=hint, obj="COUNTERFOIL_KEYS", id="counterfoil.E001")
        for problem in problems(conf.KEYS, secret_key=settings.SECRET_KEY)
    ]


@register()
def check_addresses(**_given: Any) -> list[CheckMessage]:
    """Find a site address that mails and redirects cannot use."""
    address = urlsplit(conf.SITE_URL)
    if address.scheme not in {"http", "https"} or not address.netloc or conf.SITE_URL[-1] == "/":
        return [
            Error(
                "COUNTERFOIL_SITE_URL is no address such as https://shop.example.",
                hint="Give scheme and host, and no slash at the end.",
                id="counterfoil.E003",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def check_encryption(**_given: Any) -> list[CheckMessage]:
    """Find a site whose links carry rights over an open line."""
    if urlsplit(conf.SITE_URL).scheme == "https":
        return []
    return [
        Caution(
            "COUNTERFOIL_SITE_URL is not https: codes and sign-ins would travel readable.",
            hint="Serve the site by https only.",
            id="counterfoil.W001",
        )
    ]


@register()
def check_paths(**_given: Any) -> list[CheckMessage]:
    """Find a provisioner, a channel or a playbook that is not there."""
    wanted = [
        ("COUNTERFOIL_PROVISIONER", conf.PROVISIONER, "class; see the Provisioner protocol."),
        *(
            (f"COUNTERFOIL_{name}", path, f"class; see the {name.title()} protocol.")
            for name in ("POLICY", "MAILER", "ACCOUNTS")
            if (path := getattr(conf, name))
        ),
        *(
            (f"COUNTERFOIL_CHANNELS[{name!r}]", path, "function that makes one from a connection.")
            for name, path in conf.CHANNELS.items()
        ),
        *(("COUNTERFOIL_PLAYBOOKS", path, "Playbook.") for path in conf.PLAYBOOKS),
    ]
    found: list[CheckMessage] = []
    for setting, path, what in wanted:
        try:
            _import(setting, path)
        except ImportError as missing:
            found.append(
                Error(
                    f"{setting} cannot be imported: {missing}",
                    hint=f"Give the dotted path of a {what}",
                    id="counterfoil.E004",
                )
            )
    return found


def _import(setting: str, path: str) -> None:
    named = import_string(path)
    if setting == "COUNTERFOIL_PLAYBOOKS" and not isinstance(named, Playbook):
        raise ImportError(f"{path} is no playbook.")
    lacks = [one for one in METHODS.get(setting, ()) if not hasattr(named, one)]
    if lacks:
        raise ImportError(f"{path} has no method {' or '.join(lacks)}.")


@register()
def check_subject_kinds(**_given: Any) -> list[CheckMessage]:
    """Find every mistake in the declaration of subject kinds."""
    setting = conf.SUBJECT_KINDS
    found: list[CheckMessage] = [
        Error(
            f"COUNTERFOIL_SUBJECT_KINDS{one.at}: {one.says}.", hint=one.fix, id="counterfoil.E008"
        )
        for one in mistakes(setting)
    ]
    if found:
        return found
    for name, kind in read_kinds(setting).items():
        try:
            chooser = import_string(kind.chooser) if kind.chooser else None
        except ImportError as missing:
            found.append(
                Error(
                    f"COUNTERFOIL_SUBJECT_KINDS[{name!r}]['chooser'] cannot be imported: {missing}",
                    hint="Give the dotted path of a class; see the SubjectChooser protocol.",
                    id="counterfoil.E009",
                )
            )
            continue
        if chooser is not None and not callable(getattr(chooser, "choices", None)):
            found.append(
                Error(
                    f"COUNTERFOIL_SUBJECT_KINDS[{name!r}]['chooser'] cannot list anything.",
                    hint="Give it a method choices(request); see the SubjectChooser protocol.",
                    id="counterfoil.E009",
                )
            )
    return found


@register()
def check_webhook(**_given: Any) -> list[CheckMessage]:
    """Find a webhook that asks nobody, over an open line, or unsigned."""
    if conf.PROVISIONER != WEBHOOK:
        return []
    wrong: list[str] = []
    where = urlsplit(conf.PROVISIONER_URL)
    fits = where.scheme == "https" or (where.scheme == "http" and conf.PROVISIONER_ALLOWS_LOOPBACK)
    if not fits or not where.hostname:
        wrong.append("COUNTERFOIL_PROVISIONER_URL is no https address.")
    if not conf.PROVISIONER_SECRETS:
        wrong.append("COUNTERFOIL_PROVISIONER_SECRETS is empty: nothing could be signed.")
    for number, secret in enumerate(conf.PROVISIONER_SECRETS, 1):
        try:
            secret_bytes(secret)
        except ValueError as fault:
            wrong.append(f"COUNTERFOIL_PROVISIONER_SECRETS, number {number}: {fault}")
    hint = "See the how-to about provisioners; a secret is whsec_ and base64 of 32 random bytes."
    return [Error(one, hint=hint, id="counterfoil.E010") for one in wrong]


@register(Tags.database)
def check_database(*, databases: Sequence[str] | None = None, **_given: Any) -> list[CheckMessage]:
    """Find an engine that does not have what correctness rests on, and keys that are missing."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        if not router.allow_migrate(alias, "counterfoil"):
            continue  # a database for other things of the host's
        connection = connections[alias]
        if connection.vendor != "postgresql":
            found.append(
                Error(
                    f"Counterfoil needs PostgreSQL, not {connection.display_name}.",
                    hint="Correctness rests on row locks, partial indexes and deferred triggers.",
                    obj=f"DATABASES[{alias!r}]",
                    id="counterfoil.E005",
                )
            )
            continue
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version_num")
            [version] = cursor.fetchone()
            if int(version) < SMALLEST_POSTGRESQL:
                found.append(
                    Error(
                        "Counterfoil needs PostgreSQL 15 or later.",
                        obj=f"DATABASES[{alias!r}]",
                        id="counterfoil.E006",
                    )
                )
        found += _missing_keys(alias)
    return found


def _missing_keys(alias: str) -> list[CheckMessage]:
    """Find keys by which something was kept and that the ring lacks."""
    tables = connections[alias].introspection.table_names()
    if Code._meta.db_table not in tables:
        return []
    codes, people = Code.objects.using(alias), Person.objects.using(alias)
    used = {
        Purpose.INDEX: set(codes.filter(state="live").values_list("key_id", flat=True).distinct())
        | set(people.values_list("mail_key_id", flat=True).distinct()),
        Purpose.SEAL: set(
            codes.filter(ciphertext__isnull=False).values_list("seal_key_id", flat=True).distinct()
        ),
        Purpose.PERSONAL: set(
            people.filter(own_key__isnull=False).values_list("key_id", flat=True).distinct()
        ),
    }
    if DeclaredOrder._meta.db_table in tables:
        told = DeclaredOrder.objects.using(alias)
        used[Purpose.PERSONAL] |= set(told.values_list("key_id", flat=True).distinct())
    if OrderFile._meta.db_table in tables:
        kept = OrderFile.objects.using(alias).filter(key_id__isnull=False)
        used[Purpose.PERSONAL] |= {one for one in kept.values_list("key_id", flat=True) if one}
    secrets = Connection.objects.using(alias).filter(secrets_sealed__isnull=False)
    # By name, since this runs before `migrate`, on tables as an earlier version left them.
    ids = secrets.values_list("key_id", flat=True)
    used[Purpose.SECRET] = {one for one in ids if one is not None}
    ring = keyring()
    return [
        Error(
            f"Key {purpose.value}/{number} is in use, and the key ring lacks it.",
            hint="Put it back: what was kept by it can neither be found nor read.",
            obj="COUNTERFOIL_KEYS",
            id="counterfoil.E007",
        )
        for purpose, numbers in used.items()
        for number in sorted(numbers - set(ring.keys[purpose]))
    ]
