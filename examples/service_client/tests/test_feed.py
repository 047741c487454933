"""The feed repairs what webhooks lost, and nothing is done twice that both told."""

from uuid import UUID

from counterfoil.effects.dispatcher import dispatch
from counterfoil.effects.publishing import publish
from counterfoil.effects.sealer import seal
from counterfoil.effects.settling import settle
from counterfoil.models import Purchase
from counterfoil.operations.replace_code import replace_code
from counterfoil.operations.revoke import revoke
from counterfoil.testing.builders import OPERATOR, now
from journeys import ANN, newest_code
from tests.platform import Service


def unit_of(order: str) -> UUID:
    return Purchase.objects.get(external_reference=order).entitlements.get().pk


def test_what_happened_while_it_was_away_is_learned_from_the_feed(service: Service) -> None:
    with service.houndwell() as host:
        order = host.buy(ANN)
        kit = host.claim(ANN, newest_code(host, ANN))
        host.name_dog(ANN, kit, "Miso")
        assert host.samples() == [(ANN, "Miso")]
        assert host.catch_up() == 0, "webhooks had told all there is"

    revoke(entitlement_ids=[unit_of(order)], by=OPERATOR, at=now(), reason="mistake")
    settle()  # the webhook finds nobody

    with service.houndwell() as host:
        assert host.samples() == [], "it caught up before it listened"
        assert host.catch_up() == 0


def test_a_webhook_after_the_feed_does_nothing_again(service: Service) -> None:
    with service.houndwell() as host:
        order = host.buy(ANN)
        replace_code(entitlement_id=unit_of(order), by=OPERATOR, at=now(), reason="code_lost")
        seal()
        dispatch(at=now())
        publish()  # the feed has it; no webhook was sent yet

        assert host.catch_up() == 1
        settle()
        assert sum("The new one" in text for text in host.mails_to(ANN)) == 1
