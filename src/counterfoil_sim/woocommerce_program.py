"""``python -m counterfoil_sim woocommerce``: the simulated WooCommerce site on its own."""

import argparse

from counterfoil_sim import program
from counterfoil_sim.woocommerce_deliveries import WooDeliveries
from counterfoil_sim.woocommerce_server import WooCommerceServer
from counterfoil_sim.woocommerce_world import TOPICS, WooCommerceSite


def main(arguments: list[str]) -> int:
    """
    Serve until interrupted or terminated.

    :raises Impossible: if the port or the state cannot be used.
    """
    given = options().parse_args(arguments)
    site = program.remembering(lambda: WooCommerceSite(state=given.state), given.state)
    known = {hook["delivery_url"] for hook in site.store.webhooks.values()}
    if given.webhook and given.webhook not in known:
        for topic in TOPICS:
            site.add_webhook(topic=topic, url=given.webhook, secret=given.secret)
    deliveries = WooDeliveries(site)
    server = program.listening(
        lambda: WooCommerceServer(
            deliveries, host=given.host, port=given.port, public_url=given.public_url
        ),
        given.port,
    )
    return program.serve(server, deliveries)


def options() -> argparse.ArgumentParser:
    """Say what it can be asked for."""
    parser = program.parser(
        "woocommerce",
        port=12113,
        description="Simulates a WooCommerce site for development: its API, its staff, webhooks.",
    )
    parser.add_argument("--secret", default="simulatedsecret", help="what signs messages")
    return parser
