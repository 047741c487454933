"""Where this room answers."""

from django.urls import URLPattern, URLResolver, path

from counterfoil.pages import (
    account,
    checkout,
    claim,
    my_purchases,
    onboarding,
    preferences,
    sign_in,
    subject,
    test_payment,
    thanks,
    unsubscribe,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("checkout/", checkout.checkout, name="checkout"),
    path("checkout/<uuid:cart_id>/", test_payment.test_payment, name="test-payment"),
    path("checkout/<uuid:cart_id>/thanks/", thanks.thanks, name="thanks"),
    path("checkout/<uuid:cart_id>/thanks/check/", thanks.thanks_check, name="thanks-check"),
    path("c", claim.claim, name="claim"),
    path("c/inspect/", claim.claim_inspect, name="claim-inspect"),
    path("c/confirm/", claim.claim_confirm, name="claim-confirm"),
    path("c/claimed/<uuid:assignment_id>/", onboarding.claimed, name="claimed"),
    path("c/subject/<uuid:assignment_id>/", subject.subject, name="subject"),
    path("c/step/<uuid:assignment_id>/<slug:key>/", onboarding.step, name="step"),
    path("my/", my_purchases.my_purchases, name="my-purchases"),
    path("my/<str:handle>/reveal/", my_purchases.reveal, name="reveal"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/code/", sign_in.sign_in_code, name="sign-in-code"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("preferences/language/", preferences.language, name="language"),
    path("preferences/time-zone/", preferences.time_zone, name="time-zone"),
    path("account/", account.account, name="account"),
    path("account/sign-out/", account.sign_out_all, name="sign-out-all"),
    path("signed-out/", sign_in.signed_out, name="signed-out"),
    path("mails/stop/<str:token>/", unsubscribe.stop_mails, name="unsubscribe"),
    path("mails/resume/<str:token>/", unsubscribe.resume_mails, name="resubscribe"),
]
