"""Where staff come in, see to their own access, and to that of colleagues."""

from django.urls import URLPattern, URLResolver, path

from counterfoil.console import access, second_factor, staff, staff_acts
from counterfoil.console.signing_in import sign_in, sign_out

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", sign_in, name="console-sign-in"),
    path("sign-in/code/", second_factor.ask_second_factor, name="console-second-factor"),
    path("sign-in/password/", second_factor.ask_password, name="console-choose-password"),
    path("sign-in/authenticator/", second_factor.set_up, name="console-set-up"),
    path("sign-out/", sign_out, name="console-sign-out"),
    path("access/", access.show_access, name="console-access"),
    path("access/others/end/", access.end_other_sessions, name="console-sessions-end"),
    path("access/password/", access.change_password, name="console-password"),
    path("access/recovery-codes/", access.renew_codes, name="console-recovery-codes"),
    path("access/<uuid:one_id>/end/", access.end_session, name="console-session-end"),
    path("staff/", staff.list_staff, name="console-staff"),
    path("staff/-/let-in/", staff.let_in, name="console-staff-new"),
    path("staff/<str:user_id>/", staff.show_staff, name="console-staff-member"),
    path("staff/<str:user_id>/roles/", staff_acts.change_roles, name="console-staff-roles"),
    path("staff/<str:user_id>/lock-out/", staff_acts.lock_out, name="console-staff-lock-out"),
    path("staff/<str:user_id>/factor/", staff_acts.reset_factor, name="console-staff-factor"),
    path("staff/<str:user_id>/sessions/", staff_acts.end_sessions, name="console-staff-sessions"),
    path(
        "staff/<str:user_id>/first-password/",
        staff_acts.first_password,
        name="console-staff-first-password",
    ),
]
