"""``python -m counterfoil_sim shopify``: the simulated Shopify on its own."""

import argparse
import json
from collections.abc import Mapping
from typing import Any

from counterfoil_sim import program
from counterfoil_sim.shopify.server import ShopifyServer
from counterfoil_sim.shopify.shop import Shopify
from counterfoil_sim.shopify.webhooks import Webhooks

_GOODS = (
    {
        "sku": "DNA-STD",
        "title": "Breed test for dogs",
        "price": 11_400,
        "description": "Which breeds are in your dog, from one swab. Results in three weeks.",
    },
    {
        "sku": "MUG-01",
        "title": "Mug",
        "price": 1_400,
        "description": "Holds coffee, and no entitlement.",
        "requires_shipping": True,
    },
)


def main(arguments: list[str]) -> int:
    """
    Serve until interrupted or terminated.

    :raises Impossible: if the port or the state cannot be used.
    """
    given = options().parse_args(arguments)
    shop = program.remembering(
        lambda: Shopify(
            domain=given.shop, token=given.token, secret=given.secret, state=given.state
        ),
        given.state,
    )
    _stock(shop, given)
    webhooks = Webhooks(shop, pace=given.pace)
    server = program.listening(
        lambda: ShopifyServer(
            webhooks,
            host=given.host,
            port=given.port,
            public_url=given.public_url,
            mailbox=given.mailbox,
        ),
        given.port,
    )
    return program.serve(server, webhooks)


def _stock(shop: Shopify, given: argparse.Namespace) -> None:
    """Put the goods on sale, and have messages sent where they were told to go this time."""
    goods: list[Mapping[str, Any]] = list(_GOODS)
    if given.goods:
        goods = json.loads(given.goods)
    for one in goods:
        shop.sell(**one)
    if not given.webhook:
        return
    if shop.app["privacy_url"] is None:
        shop.install(given.webhook)
    shop.redirect(given.webhook)


def options() -> argparse.ArgumentParser:
    """Say what it can be asked for."""
    parser = program.parser(
        "shopify",
        port=12112,
        description="Simulates Shopify for development: the Admin API, a small shop, webhooks.",
    )
    parser.add_argument(
        "--shop", default="cf-demo.myshopify.com", help="its name (default: %(default)s)"
    )
    parser.add_argument("--token", default="shpat_simulated", help="what opens the API")
    parser.add_argument("--secret", default="shpss_simulated", help="what signs the messages")
    parser.add_argument("--goods", metavar="JSON", help="a list of sku, title, price, description")
    parser.add_argument("--mailbox", metavar="URL", help="where mail can be read")
    parser.add_argument(
        "--pace",
        type=float,
        default=1 / 240,
        help="how fast the four hours of retries pass (default: in a minute)",
    )
    return parser
