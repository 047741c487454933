"""The addresses of the ledger and of what is given without a sale."""

from django.urls import URLPattern, URLResolver, path

from counterfoil.console import ledger, ledger_chain

urlpatterns: list[URLPattern | URLResolver] = [
    path("ledger/", ledger.list_ledger, name="console-ledger"),
    path("ledger/export/", ledger.export_lines, name="console-ledger-export"),
    path("ledger/acts/<uuid:act_id>/", ledger.show_act, name="console-ledger-act"),
    path("ledger/remarks/<uuid:remark_id>/", ledger.show_remark, name="console-ledger-remark"),
    path("ledger/chain/", ledger_chain.show_chain, name="console-ledger-chain"),
    path("ledger/chain/verify/", ledger_chain.verify, name="console-ledger-verify"),
    path("ledger/chain/compare/", ledger_chain.compare, name="console-ledger-compare"),
    path("ledger/chain/export/", ledger_chain.export_chain, name="console-ledger-chain-export"),
]
