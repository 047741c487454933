"""Lists of recipients, for tests."""

from collections.abc import Sequence
from typing import Any

from counterfoil.jobs.running import work_jobs
from counterfoil.models import Handout
from counterfoil.operations.confirm_handout import confirm_handout
from counterfoil.operations.upload_handout import Listed, Upload, upload_handout
from counterfoil.rules.handouts import Known, Mode, Reach, Said, Source
from counterfoil.testing.builders import now
from tests.partnership import Clinic

ZONE = "Europe/Rome"


def source_of(clinic: Clinic, **more: Any) -> Source:
    """Mean the allotment of a clinic."""
    assert clinic.allotment.product_id is not None
    given = {"allotment_id": clinic.allotment.pk} | more
    return Source(product_id=clinic.allotment.product_id, **given)


def upload(clinic: Clinic, mails: Sequence[str | Said], **more: Any) -> Upload:
    """Upload a list of these addresses."""
    said = [one if isinstance(one, Said) else Said(mail=one) for one in mails]
    given = {
        "partner_id": clinic.partner.pk,
        "source": source_of(clinic),
        "name": "list.csv",
        "content": repr(said).encode(),
        "rows": [Listed(number=number, said=one) for number, one in enumerate(said, 2)],
        "mode": Mode.INVITE,
        "time_zone": ZONE,
        "by": clinic.operator,
        "at": now(),
    }
    return upload_handout(**(given | more))


def confirm(clinic: Clinic, handout: Handout, **more: Any) -> Handout:
    """Confirm a list, as a whole and without those who have one, unless said otherwise."""
    given = {
        "handout_id": handout.pk,
        "partner_id": clinic.partner.pk,
        "reach": Reach.ALL,
        "known": Known.LEAVE_OUT,
        "by": clinic.operator,
        "at": now(),
    }
    return confirm_handout(**(given | more))


def carried_out(clinic: Clinic, mails: Sequence[str | Said], **more: Any) -> Handout:
    """Upload a list, confirm it, and have it carried out."""
    handout = upload(clinic, mails).handout
    confirm(clinic, handout, **more)
    work_jobs()
    handout.refresh_from_db()
    return handout


def outcomes(handout: Handout) -> list[str]:
    """Tell what became of each row."""
    return list(handout.rows.order_by("number").values_list("outcome", flat=True))


def faults(handout: Handout) -> list[str]:
    """Tell what stands against each row."""
    return list(handout.rows.order_by("number").values_list("fault", flat=True))
