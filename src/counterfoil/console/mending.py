"""Where an exception is mended: the page that an exception of some kind leads to."""

from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from counterfoil.queries.exceptions import Case
from counterfoil.rules.exceptions import ExceptionKind

OF_CONNECTIONS = (ExceptionKind.MESSAGES_REFUSED, ExceptionKind.CONNECTION_BROKEN)


def where_to_mend(case: Case) -> tuple[str, str]:
    """Give the label and the address of the page where it is mended, or nothing twice."""
    try:
        return _where(case)
    except (NoReverseMatch, ValueError):  # a name that no page of ours has
        return "", ""


def _where(case: Case) -> tuple[str, str]:
    match case.kind:
        case ExceptionKind.UNMAPPED_PRODUCT if case.connection:
            keys = case.evidence.get("product_keys") or [""]
            where = reverse("counterfoil:console-mapping-of", args=[case.connection])
            return _("Map it"), f"{where}?{urlencode({'key': keys[0]})}#form"
        case ExceptionKind.POISON_MESSAGE:
            where = reverse("counterfoil:console-message", args=[UUID(case.key)])
            return _("The message"), where
        case ExceptionKind.DELIVERY_FAILED:
            return _("The mail"), reverse("counterfoil:console-mail", args=[UUID(case.key)])
        case ExceptionKind.JOB_FAILED:
            return _("The work"), reverse("counterfoil:console-job", args=[UUID(case.key)])
        case ExceptionKind.PRIVACY_REQUEST if "person" in case.evidence:
            where = reverse("counterfoil:console-person", args=[UUID(case.evidence["person"])])
            return _("The person"), where
        case kind if kind in OF_CONNECTIONS and case.connection:
            where = reverse("counterfoil:console-connection", args=[case.connection])
            return _("The connection"), where
        case _:
            return "", ""
