"""Where repairs answer that are about more than one entitlement."""

from django.urls import path

from counterfoil.console.refunding import decide_on_refund

urlpatterns = [
    path(
        "refunds/<uuid:purchase_id>/<path:reference>/",
        decide_on_refund,
        name="console-refund",
    ),
]
