"""Where cases are worked on."""

from django.urls import URLPattern, path

from counterfoil.console import case_acts
from counterfoil.console.case_page import show_case
from counterfoil.console.cases import list_cases

urlpatterns: list[URLPattern] = [
    path("exceptions/", list_cases, name="console-exceptions"),
    path("exceptions/<uuid:case_id>/", show_case, name="console-exception"),
    path("exceptions/<uuid:case_id>/take/", case_acts.take, name="console-case-take"),
    path("exceptions/<uuid:case_id>/give-back/", case_acts.give_back, name="console-case-give"),
    path("exceptions/<uuid:case_id>/hand-over/", case_acts.hand_over, name="console-case-hand"),
    path("exceptions/<uuid:case_id>/postpone/", case_acts.postpone, name="console-case-postpone"),
    path("exceptions/<uuid:case_id>/note/", case_acts.remark, name="console-case-note"),
    path(
        "exceptions/<uuid:case_id>/do/<slug:name>/",
        case_acts.follow_suggestion,
        name="console-case-do",
    ),
]
