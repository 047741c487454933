"""The acts on what somebody has, as pages: transferring it, and correcting what it is for."""

from django.utils.translation import gettext as _

from counterfoil.console.act_page import About, ActPage, act_page, despite, subject_fields
from counterfoil.console.fields import Field


def transfer_page(about: About) -> ActPage:
    """Say what a transfer does."""
    unit = about.unit
    asked = _("Whoever gets it says whom it is for.") if unit.needs_subject else ""
    return act_page(
        _("Transfer the entitlement"),
        _("%(holder)s no longer has it, and is told so by mail.") % {"holder": unit.holder},
        _("Whoever reads the address you give has it at once; an account is made if need be."),
        asked,
        _("The downstream record is taken down and made anew.") if unit.provisioning else "",
        _("An offer that its holder has made to somebody is over.") if unit.offered_to else "",
        _("Both assignments stay in its history."),
        fields=(Field(name="mail", label=_("E-mail address"), type="email", maxlength=254),),
        warning=despite(about)
        or _("Neither of the two is asked. Make sure that whoever has it agrees."),
    )


def correct_subject_page(about: About) -> ActPage:
    """Say what correcting the subject does."""
    told = {"subject": about.unit.subject}
    return act_page(
        _("Correct whom it is for"),
        _("It is no longer for %(subject)s; that it was stays in its history.") % told,
        _("%(holder)s keeps it.") % {"holder": about.unit.holder},
        _("The downstream record is taken down and made anew; that can take a minute."),
        fields=tuple(subject_fields(about)),
        warning=despite(about),
    )
