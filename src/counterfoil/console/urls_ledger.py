"""The addresses of the ledger and of what is given without a sale."""

from django.urls import URLPattern, URLResolver, path

from counterfoil.console import grant_lists, granted, ledger, ledger_chain

urlpatterns: list[URLPattern | URLResolver] = [
    path("ledger/", ledger.list_ledger, name="console-ledger"),
    path("ledger/export/", ledger.export_lines, name="console-ledger-export"),
    path("ledger/acts/<uuid:act_id>/", ledger.show_act, name="console-ledger-act"),
    path("ledger/remarks/<uuid:remark_id>/", ledger.show_remark, name="console-ledger-remark"),
    path("ledger/chain/", ledger_chain.show_chain, name="console-ledger-chain"),
    path("ledger/chain/verify/", ledger_chain.verify, name="console-ledger-verify"),
    path("ledger/chain/compare/", ledger_chain.compare, name="console-ledger-compare"),
    path("ledger/chain/export/", ledger_chain.export_chain, name="console-ledger-chain-export"),
    path("grants/", granted.list_grants, name="console-grants"),
    path("grants/export/", granted.export_grants, name="console-grants-export"),
    path("grants/lists/", grant_lists.list_lists, name="console-grant-lists"),
    path("grants/lists/new/", grant_lists.upload, name="console-grant-list-new"),
    path("grants/lists/template/", grant_lists.fetch_template, name="console-grant-list-template"),
    path("grants/lists/<uuid:list_id>/", grant_lists.show_list, name="console-grant-list"),
    path(
        "grants/lists/<uuid:list_id>/confirm/",
        grant_lists.confirm,
        name="console-grant-list-confirm",
    ),
    path(
        "grants/lists/<uuid:list_id>/discard/",
        grant_lists.discard,
        name="console-grant-list-discard",
    ),
    path(
        "grants/lists/<uuid:list_id>/results/",
        grant_lists.fetch_results,
        name="console-grant-list-results",
    ),
]
