"""What a demo says about itself: at the terminal, and on its start page."""

from .demo_options import Demo

Place = dict[str, str]


def places(demo: Demo) -> dict[str, list[Place]]:
    """Give what can be visited, by what somebody wants to do; no secret is among it."""
    site, stripe, shopify = demo.site_url, demo.sim_url, demo.shopify_url
    return {
        "Buy something": [
            _place("Our own shop", f"{site}/checkout/", "Paid by a test payment or by Stripe."),
            _place("The shop at Shopify", f"{shopify}/", "The same products, and a mug."),
            _place("The till", f"{site}/console/till/", "Boxes with codes, printed beforehand."),
        ],
        "Use what you bought": [
            _place("The mailbox", f"{stripe}/mail", "What customers receive: their codes."),
            _place("Use a code", f"{site}/c", "As whoever it was given to."),
            _place("My purchases", f"{site}/my/", "As whoever paid."),
        ],
        "Hand out as a partner": [
            _place(
                "The partners' portal",
                f"{site}/portal/",
                "As club@example.com; the six digits arrive in the mailbox.",
            ),
        ],
        "See what became of it": [
            _place("The console", f"{site}/console/", "The terminal shows the login."),
            _place("The kennel registry", f"{stripe}/registry", "What is recorded in the end."),
        ],
        "Let things happen": [
            _place("Break something", f"{site}/break/", "Each case that support has to mend."),
            _place("Payments at Stripe", f"{stripe}/", "Refund, dispute, fail."),
            _place("Orders at Shopify", f"{shopify}/orders", "Refund, edit, cancel, dispute."),
            _place("The app at Shopify", f"{shopify}/app", "Revoke, unsubscribe, uninstall."),
            _place("Stripe's messages", f"{stripe}/deliveries", "Repeat, lose, delay them."),
            _place("Shopify's messages", f"{shopify}/deliveries", "Repeat, lose, delay them."),
        ],
    }


def summary(demo: Demo, seeded: dict[str, str]) -> str:
    """Say where everything is, for the terminal."""
    rows = [
        ("Start", seeded["start_url"], "all of it on one page"),
        ("Shop", seeded["shop_url"], "buy something; the payment is simulated"),
        ("Shopify", demo.shopify_url, "the same products in another shop; refund, edit, cancel"),
        ("A code", seeded["code"], f"redeem it at {seeded['claim_url']}"),
        ("Console", seeded["console_url"], "see what happened to it"),
        ("", f"{seeded['staff_username']}  {seeded['staff_password']}", "the login"),
        ("", f"{seeded['second_username']}  the same password", "a second person, for approvals"),
        ("", "the same password", seeded["roles"]),
        ("Portal", seeded["portal_url"], f"hand out as a partner: {seeded['portal_mail']}"),
        ("Mail", f"{demo.sim_url}/mail", "what customers receive"),
        ("Stripe", demo.sim_url, "pay, refund, dispute, and deliver badly"),
        ("Registry", f"{demo.sim_url}/registry", "what is recorded once a code is used"),
    ]
    width = max(len(value) for _, value, _ in rows)
    lines = [f"  {name:<9} {value:<{width}}   {purpose}" for name, value, purpose in rows]
    return "\n".join(["", "  Counterfoil is running. Ctrl-C stops all of it.", "", *lines, ""])


def _place(name: str, url: str, purpose: str) -> Place:
    return {"name": name, "url": url, "purpose": purpose}
