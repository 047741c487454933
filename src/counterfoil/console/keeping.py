"""The acts of keeping something for somebody, as pages and done: reserve, release, take over."""

from collections.abc import Callable, Mapping
from datetime import datetime, time
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counterfoil.conf import conf
from counterfoil.console.act_page import About, ActPage, act_page
from counterfoil.console.fields import Field, FieldWrong
from counterfoil.console.given import Done, Given
from counterfoil.models.ids import uuid7
from counterfoil.operations.open_account import open_account
from counterfoil.operations.release import release
from counterfoil.operations.reserve import reserve
from counterfoil.operations.retry_provisioning import retry_provisioning
from counterfoil.operations.take_over import take_over
from counterfoil.queries import words
from counterfoil.queries.reservations import reservation_keeping
from counterfoil.queries.traced import TracedUnit
from counterfoil.rules.acts import Act
from counterfoil.rules.people import mask_mail

BUTTONS = {
    Act.RESERVE: gettext_lazy("Reserve"),
    Act.RELEASE: gettext_lazy("Release or take over"),
    Act.RETRY_PROVISIONING: gettext_lazy("Try to set it up again"),
}

REASONS: Mapping[Act, tuple[str, ...]] = {
    Act.RESERVE: ("customer_asked", "support_case", "goodwill", "other"),
    Act.RELEASE: ("customer_asked", "support_case", "mistake", "other"),
    Act.RETRY_PROVISIONING: ("customer_asked", "support_case", "investigated", "other"),
}


def fits(act: Act, unit: TracedUnit) -> bool:
    """Tell whether an act makes sense as it stands; of those of others it knows nothing."""
    if act is not Act.RETRY_PROVISIONING:
        return True
    return unit.provisioning is not None and not unit.provisioning.is_settled


def reserve_page(_about: About) -> ActPage:
    """Say what reserving does."""
    return act_page(
        _("Reserve the entitlement"),
        _("Nobody else can use its code until the end of the day you choose."),
        _("With an address, whoever reads it can; without one, nobody can yet."),
        _("Afterwards it is free again by itself."),
        fields=(
            Field(
                name="until",
                label=_("Until the end of"),
                type="date",
                hint=_("At most %(n)d days from now.") % {"n": conf.RESERVATION_DAYS},
            ),
            Field(
                name="mail",
                label=_("For whoever reads this address"),
                type="email",
                required=False,
                maxlength=254,
            ),
            Field(
                name="label",
                label=_("What for"),
                required=False,
                maxlength=100,
                hint=_("For colleagues: no personal data."),
            ),
        ),
    )


def release_page(about: About) -> ActPage:
    """Say what releasing and taking over do."""
    unit = about.unit
    until = words.day(unit.reserved_until) if unit.reserved_until else ""
    kept = _("It is kept for %(who)s until %(day)s.") % {"who": unit.reserved_for, "day": until}
    nobody = _("It is kept, for nobody yet, until %(day)s.") % {"day": until}
    return act_page(
        _("Release it, or take it over"),
        kept if unit.reserved_for else nobody,
        _("Without an address it is free again: whoever has its code can use it."),
        _("With an address, whoever reads it has it at once, and the code is spent."),
        fields=(
            Field(
                name="mail",
                label=_("Give it to whoever reads this address"),
                type="email",
                required=False,
                maxlength=254,
                hint=_("Leave it empty to release it only."),
            ),
        ),
        warning=_("Whoever it is kept for is not asked."),
    )


def retry_page(about: About) -> ActPage:
    """Say what trying again does."""
    row = about.unit.provisioning
    said = _("Last time: %(error)s") % {"error": row.last_error} if row and row.last_error else ""
    return act_page(
        _("Try again to set it up"),
        said,
        _("The system downstream is asked again at once, for the same record as before."),
        _("If it fails, it is tried for three days, and then a person is told."),
    )


def do_reserve(given: Given) -> Done:
    """Keep it."""
    until = _end_of_day(given.answer("until"))
    mail = given.mail() if given.answers.get("mail", "").strip() else ""
    reserve(
        owner=f"operator:{given.by.id}",
        key=f"console:{uuid7()}",
        entitlement_ids=[given.entitlement_id],
        until=until,
        account_id=_account(given, mail) if mail else None,
        label=given.answers.get("label", "").strip()[:100],
        **given.why(),
    )
    told = _("It is reserved until %(day)s.") % {"day": words.day(until)}
    return Done(told=told)


def do_release(given: Given) -> Done:
    """Let go of it, or give it to somebody else."""
    if given.answers.get("mail", "").strip():
        return _take_over(given)
    release(
        reservation_id=reservation_keeping(given.entitlement_id),
        entitlement_ids=[given.entitlement_id],
        **given.why(),
    )
    return Done(told=_("It is not reserved any more."))


def do_retry(given: Given) -> Done:
    """Ask again."""
    retry_provisioning(entitlement_id=given.entitlement_id, **given.why())
    return Done(told=_("It is tried again now."))


def _take_over(given: Given) -> Done:
    mail = given.mail()
    take_over(entitlement_id=given.entitlement_id, mail=mail, **given.why())
    return Done(told=_("Taken over, and assigned to %(who)s.") % {"who": mask_mail(mail)})


def _account(given: Given, mail: str) -> UUID:
    return open_account(mail=mail, by=given.by, at=given.at).pk


def _end_of_day(text: str) -> datetime:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or day.year > 2999:
        raise FieldWrong("until", _("This is not a date."))
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


PAGES: Mapping[Act, Callable[[About], ActPage]] = {
    Act.RESERVE: reserve_page,
    Act.RELEASE: release_page,
    Act.RETRY_PROVISIONING: retry_page,
}

ACTS: Mapping[Act, Callable[[Given], Done]] = {
    Act.RESERVE: do_reserve,
    Act.RELEASE: do_release,
    Act.RETRY_PROVISIONING: do_retry,
}
