"""Where webhooks are found."""

from django.urls import URLPattern, path

from counterfoil.console import webhooks, webhooks_acts, webhooks_edit

ONE = "webhooks/<uuid:endpoint_id>/"
EVENT = f"{ONE}events/<uuid:event_id>/"

webhooks_patterns: list[URLPattern] = [
    path("webhooks/", webhooks.list_endpoints, name="console-webhooks"),
    path("webhooks/make/", webhooks_edit.make, name="console-webhook-make"),
    path(ONE, webhooks.show_endpoint, name="console-webhook"),
    path(f"{ONE}change/", webhooks_edit.change, name="console-webhook-change"),
    path(f"{ONE}secret/", webhooks_edit.rotate, name="console-webhook-secret"),
    path(f"{ONE}test/", webhooks_acts.test, name="console-webhook-test"),
    path(f"{ONE}disable/", webhooks_acts.disable, name="console-webhook-disable"),
    path(f"{ONE}enable/", webhooks_acts.enable, name="console-webhook-enable"),
    path(f"{ONE}end/", webhooks_acts.end, name="console-webhook-end"),
    path(f"{ONE}send/", webhooks_acts.replay_failed, name="console-webhook-failed"),
    path(f"{ONE}send-since/", webhooks_acts.replay_since, name="console-webhook-since"),
    path(EVENT, webhooks.show_delivery, name="console-webhook-delivery"),
    path(f"{EVENT}send/", webhooks_acts.replay, name="console-webhook-replay"),
]
