"""Where this room answers."""

from django.urls import URLPattern, URLResolver, path

from counterfoil.console import (
    comparing,
    connecting,
    inbox,
    mail_wording,
    mailing,
    mapping,
    partner_acts,
    partner_forms,
    partnering,
    reserving,
    urls_bulk,
    urls_cases,
    urls_figures,
    urls_repairs,
    urls_staff,
)
from counterfoil.console.acting import act_on
from counterfoil.console.approving import decide_on, list_approvals
from counterfoil.console.batching import list_batches, show_batch
from counterfoil.console.file_acts import (
    check_file,
    confirm_file,
    discard_file,
    fetch_codes,
    fetch_results,
    read_file,
)
from counterfoil.console.file_page import show_file
from counterfoil.console.filing import list_files, upload_file
from counterfoil.console.finding import find
from counterfoil.console.granting import give
from counterfoil.console.handing import ask_file_again, fetch_file, hand_over, withdraw
from counterfoil.console.mail_wording import drop, look, show_text
from counterfoil.console.ordering import ask_batch
from counterfoil.console.people import find_person, show_person
from counterfoil.console.people_acts import change_address, erase, merge_into
from counterfoil.console.resyncing import resync
from counterfoil.console.selling import till, undo_sale
from counterfoil.console.starting import home
from counterfoil.console.tracing import show_trace
from counterfoil.console.urls_ledger import urlpatterns as of_ledger
from counterfoil.console.urls_lists import urlpatterns as of_lists
from counterfoil.console.urls_settings import settings_patterns
from counterfoil.console.urls_trace import urlpatterns as of_traces
from counterfoil.console.urls_webhooks import webhooks_patterns
from counterfoil.console.working import halt_job, list_jobs, resume_job, show_job
from counterfoil.web.apart import apart

urlpatterns: list[URLPattern | URLResolver] = [
    *of_traces,
    path("", home, name="console-home"),
    *urls_staff.urlpatterns,
    path("search/", find, name="console-search"),
    path("approvals/", list_approvals, name="console-approvals"),
    path("approvals/<uuid:approval_id>/", decide_on, name="console-approval"),
    path("batches/", list_batches, name="console-batches"),
    path("batches/ask/", ask_batch, name="console-batch-ask"),
    path("batches/<uuid:batch_id>/", show_batch, name="console-batch"),
    path("batches/<uuid:batch_id>/file/", fetch_file, name="console-batch-file"),
    path("batches/<uuid:batch_id>/file/ask/", ask_file_again, name="console-batch-file-ask"),
    path("batches/<uuid:batch_id>/hand-over/", hand_over, name="console-batch-hand-over"),
    path("batches/<uuid:batch_id>/withdraw/", withdraw, name="console-batch-withdraw"),
    path("grant/", give, name="console-grant"),
    path("connections/", connecting.list_connections, name="console-connections"),
    path("connections/<slug:slug>/", connecting.show_connection, name="console-connection"),
    path("connections/<slug:slug>/pause/", connecting.pause, name="console-pause"),
    path("connections/<slug:slug>/resume/", connecting.resume, name="console-resume"),
    path("inbox/", inbox.list_messages, name="console-inbox"),
    path("inbox/replay/", inbox.replay_many, name="console-replay-many"),
    path("inbox/<uuid:message_id>/", inbox.show_message, name="console-message"),
    path("inbox/<uuid:message_id>/body/", inbox.show_body, name="console-message-body"),
    path("inbox/<uuid:message_id>/replay/", inbox.replay, name="console-replay"),
    path("mails/", mailing.list_mails, name="console-mails"),
    path("mails/words/", mail_wording.list_texts, name="console-mail-texts"),
    path("mails/words/<slug:key>/<slug:language>/", show_text, name="console-mail-text"),
    path("mails/words/<slug:key>/<slug:language>/look/", look, name="console-mail-look"),
    path("mails/words/<slug:key>/<slug:language>/drop/", drop, name="console-mail-text-drop"),
    path("mails/<uuid:delivery_id>/", mailing.show_mail, name="console-mail"),
    path("mails/<uuid:delivery_id>/retry/", mailing.retry, name="console-mail-retry"),
    path("mapping/", mapping.list_mappings, name="console-mapping"),
    path("mapping/<slug:slug>/", mapping.show_mapping, name="console-mapping-of"),
    path("mapping/<slug:slug>/map/", mapping.save_mapping, name="console-map"),
    path("mapping/<slug:slug>/re-sync/", mapping.resync_mapped, name="console-resync-mapped"),
    path("people/", find_person, name="console-people"),
    path("people/<uuid:person_id>/", show_person, name="console-person"),
    path("people/<uuid:person_id>/address/", change_address, name="console-person-address"),
    path("people/<uuid:person_id>/merge/", merge_into, name="console-person-merge"),
    path("people/<uuid:person_id>/erase/", erase, name="console-person-erase"),
    path("partners/", partnering.list_partners, name="console-partners"),
    path("partners/-/open/", partner_forms.open_one, name="console-partner-open"),
    path(
        "partners/-/members/<uuid:member_id>/end/",
        partner_acts.end_access,
        name="console-member-end",
    ),
    path(
        "partners/-/members/<uuid:member_id>/role/",
        partner_acts.change_role,
        name="console-member-role",
    ),
    path("partners/<slug:slug>/", partnering.show_partner, name="console-partner"),
    path("partners/<slug:slug>/invite/", partner_forms.invite, name="console-partner-invite"),
    path("partners/<slug:slug>/allot/", partner_forms.allot_to, name="console-partner-allot"),
    path("partners/<slug:slug>/hand-on/", partner_acts.hand_on_for, name="console-partner-hand-on"),
    path("partners/<slug:slug>/suspend/", partner_forms.suspend, name="console-partner-suspend"),
    path("partners/<slug:slug>/resume/", partner_forms.resume, name="console-partner-resume"),
    path("reconcile/", comparing.list_runs, name="console-reconcile"),
    path("reconcile/start/", comparing.start, name="console-reconcile-start"),
    path("reconcile/<uuid:run_id>/", comparing.show_run, name="console-run"),
    path("jobs/", list_jobs, name="console-jobs"),
    path("jobs/<uuid:job_id>/", show_job, name="console-job"),
    path("jobs/<uuid:job_id>/stop/", halt_job, name="console-job-stop"),
    path("jobs/<uuid:job_id>/continue/", resume_job, name="console-job-continue"),
    path("order-files/", list_files, name="console-order-files"),
    path("order-files/new/", upload_file, name="console-order-file-new"),
    path("order-files/<uuid:file_id>/", show_file, name="console-order-file"),
    path("order-files/<uuid:file_id>/read/", read_file, name="console-order-file-read"),
    path("order-files/<uuid:file_id>/check/", check_file, name="console-order-file-check"),
    path("order-files/<uuid:file_id>/confirm/", confirm_file, name="console-order-file-confirm"),
    path("order-files/<uuid:file_id>/discard/", discard_file, name="console-order-file-discard"),
    path("order-files/<uuid:file_id>/results/", fetch_results, name="console-order-file-results"),
    path("order-files/<uuid:file_id>/codes/", fetch_codes, name="console-order-file-codes"),
    path("reservations/", reserving.list_reservations, name="console-reservations"),
    path(
        "reservations/<uuid:reservation_id>/",
        reserving.show_reservation,
        name="console-reservation",
    ),
    path(
        "reservations/<uuid:reservation_id>/release/",
        reserving.release_all,
        name="console-reservation-release",
    ),
    *settings_patterns,
    *webhooks_patterns,
    path("till/", till, name="console-till"),
    path("till/undo/", undo_sale, name="console-till-undo"),
    path("trace/<str:where>/", show_trace, name="console-trace"),
    path("trace/<uuid:purchase_id>/re-sync/", resync, name="console-resync"),
    *of_ledger,
    path("<str:handle>/act/<str:act_name>/", act_on, name="console-act"),
]
urlpatterns += urls_bulk.urlpatterns
urlpatterns += of_lists
urlpatterns += [*urls_cases.urlpatterns, *urls_repairs.urlpatterns]
urlpatterns += urls_figures.urlpatterns

urlpatterns = apart(urlpatterns)
