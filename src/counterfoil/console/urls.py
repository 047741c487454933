"""Where this room answers."""

from django.urls import URLPattern, URLResolver, path

from counterfoil.console.acting import act_on
from counterfoil.console.deciding import decide, list_exceptions
from counterfoil.console.finding import find, home
from counterfoil.console.granting import give
from counterfoil.console.resyncing import resync
from counterfoil.console.signing_in import sign_in, sign_out
from counterfoil.console.tracing import show_trace
from counterfoil.console.working import halt_job, list_jobs, resume_job, show_job

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="console-home"),
    path("sign-in/", sign_in, name="console-sign-in"),
    path("sign-out/", sign_out, name="console-sign-out"),
    path("search/", find, name="console-search"),
    path("exceptions/", list_exceptions, name="console-exceptions"),
    path("exceptions/<uuid:case_id>/", decide, name="console-exception"),
    path("grant/", give, name="console-grant"),
    path("jobs/", list_jobs, name="console-jobs"),
    path("jobs/<uuid:job_id>/", show_job, name="console-job"),
    path("jobs/<uuid:job_id>/stop/", halt_job, name="console-job-stop"),
    path("jobs/<uuid:job_id>/continue/", resume_job, name="console-job-continue"),
    path("trace/<str:where>/", show_trace, name="console-trace"),
    path("trace/<uuid:purchase_id>/re-sync/", resync, name="console-resync"),
    path("<str:handle>/act/<str:act_name>/", act_on, name="console-act"),
]
