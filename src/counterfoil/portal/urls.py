"""Where this room answers."""

from django.urls import URLPattern, URLResolver, path

from counterfoil.portal import (
    cards,
    entry,
    exporting,
    giving,
    handing_on,
    keeping,
    listing,
    members,
    overview,
    stock,
    uploading,
)
from counterfoil.web.apart import apart

P = "<slug:partner>/"

_PAGES: list[URLPattern | URLResolver] = [
    path("", entry.enter, name="portal"),
    path(P, overview.show_overview, name="portal-overview"),
    path(f"{P}stock/", stock.show_stock, name="portal-stock"),
    path(f"{P}stock/take-back/", stock.take_back_many, name="portal-take-back-many"),
    path(f"{P}stock/<str:handle>/", giving.show_piece, name="portal-piece"),
    path(f"{P}stock/<str:handle>/send-again/", giving.send_again, name="portal-send-again"),
    path(f"{P}stock/<str:handle>/correct/", giving.correct_address, name="portal-correct"),
    path(f"{P}stock/<str:handle>/take-back/", stock.take_back_one, name="portal-take-back"),
    path(f"{P}hand-out/", giving.hand_out_one, name="portal-hand-out"),
    path(f"{P}lists/", uploading.show_lists, name="portal-lists"),
    path(f"{P}lists/new/", uploading.upload_list, name="portal-list-new"),
    path(f"{P}lists/template.csv", uploading.send_template, name="portal-template"),
    path(f"{P}lists/<uuid:handout_id>/", listing.show_list, name="portal-list"),
    path(f"{P}lists/<uuid:handout_id>/confirm/", listing.confirm_list, name="portal-list-confirm"),
    path(f"{P}lists/<uuid:handout_id>/discard/", listing.discard_list, name="portal-list-discard"),
    path(f"{P}lists/<uuid:handout_id>/results.csv", listing.send_results, name="portal-results"),
    path(f"{P}lists/<uuid:handout_id>/cards/", cards.print_again, name="portal-print-again"),
    path(f"{P}cards/", cards.make_cards, name="portal-cards"),
    path(f"{P}reservations/", keeping.keep, name="portal-reservations"),
    path(f"{P}reservations/<uuid:reservation_id>/release/", keeping.let_go, name="portal-release"),
    path(f"{P}sub-partners/", handing_on.hand_on_some, name="portal-sub-partners"),
    path(
        f"{P}sub-partners/<uuid:sub_partner_id>/take-back/",
        handing_on.take_back_from,
        name="portal-take-back-from",
    ),
    path(f"{P}members/", members.manage, name="portal-members"),
    path(f"{P}members/<uuid:member_id>/role/", members.change_role, name="portal-member-role"),
    path(f"{P}members/<uuid:member_id>/end/", members.end, name="portal-member-end"),
    path(f"{P}export.csv", exporting.export, name="portal-export"),
]

urlpatterns = apart(_PAGES)
