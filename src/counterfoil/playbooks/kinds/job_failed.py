"""Long work that failed."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from counterfoil.models import ExceptionCase, Job, JobStatus
from counterfoil.operations.continue_job import continue_job
from counterfoil.playbooks import parts
from counterfoil.playbooks.playbook import Doing, Fact, Lead, Playbook, Suggestion
from counterfoil.queries import words
from counterfoil.rules.exceptions import CaseKind, ExceptionKind
from counterfoil.rules.permissions import Permission


def facts(case: ExceptionCase) -> Iterable[Fact]:
    """Tell what it was to do, how far it came, and what failed."""
    found = case.evidence
    yield Fact(label=_("Work"), text=words.worded(words.JOBS, str(found.get("job", ""))))
    yield from parts.told(_("About"), found.get("about"))
    if found.get("of"):
        text = _("%(done)s of %(all)s") % {"done": found.get("done"), "all": found.get("of")}
        yield Fact(label=_("Done"), text=text)
    yield from parts.told(_("What failed"), found.get("error"))


def suggests(case: ExceptionCase) -> Iterable[Suggestion | Lead]:
    """Continue where it was left, or leave it at that."""
    job = Job.objects.filter(pk=parts.id_in(case.key)).first()
    if job is not None and job.status in (JobStatus.FAILED, JobStatus.STOPPED):
        yield Suggestion(
            name="continue",
            label=_("Continue where it was left"),
            will=(
                _("What was done stays done; it goes on with the rest at once."),
                _("This case closes; if it fails again, a new one is opened."),
            ),
            permission=Permission.RUN_JOBS,
            do=partial(_continue, job.pk),
        )
    if job is not None:
        yield Lead(
            label=_("Open the work"),
            says=_("How far it came, and what it has to say about each part."),
            page="console-job",
            arguments=(job.pk,),
        )
    yield parts.leave(
        name="leave",
        label=_("Leave it at that"),
        will=(
            _("What was done stays done; the rest is not done."),
            _("It can still be continued from its own page."),
        ),
        outcome="It is left at what was done.",
        permission=Permission.RUN_JOBS,
    )


def _continue(job: UUID, doing: Doing) -> str:
    continue_job(job_id=job, by=doing.by, at=doing.at)
    return _("It goes on where it was left.")


def brief(evidence: Mapping[str, Any]) -> str:
    """Say which work, and what failed."""
    work = words.worded(words.JOBS, str(evidence.get("job") or ""))
    return f"{work}: {evidence.get('error') or ''}" if work else ""


PLAYBOOK = Playbook(
    kind=CaseKind(
        name=ExceptionKind.JOB_FAILED,
        title="Long work that failed",
        summary="It was tried ten times and stopped; what was done stays done. It can be"
        " continued.",
        due=timedelta(hours=4),
    ),
    arises="A step of a job failed ten times, or what it needs did not answer for three days.",
    facts=facts,
    suggests=suggests,
    brief=brief,
)
