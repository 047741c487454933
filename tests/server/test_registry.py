"""The demonstration's provisioner against the simulated registry, over real HTTP."""

import httpx
import pytest
from pytest_django import Settings

from counterfoil.effects.provisioning import (
    Provisioner,
    ProvisioningFailed,
    ProvisioningRequest,
    RemovalRequest,
)
from counterfoil_server.registry import KennelRegistry
from counterfoil_sim import SimulatorServer
from tests.simulated import clock, deliveries, server, shop, sim

__all__ = ["clock", "deliveries", "server", "shop", "sim"]

KEY = "ent_01m7ynffssfz0t3yy78x1sbhy8:2"
MAKE = ProvisioningRequest(
    key=KEY,
    handle=KEY.split(":")[0],
    product="DNA-STD",
    is_test=True,
    account="account-1",
    mail="ana@example.com",
    subject_kind="dog",
    subject={"name": "Rex <b>"},
)
REMOVE = RemovalRequest(
    key=KEY, handle=MAKE.handle, product="DNA-STD", is_test=True, reference="KR-000001"
)


@pytest.fixture
def registry(server: SimulatorServer, settings: Settings) -> Provisioner:
    settings.REGISTRY_URL = f"{server.url}/registry"
    return KennelRegistry()


def shown(server: SimulatorServer) -> str:
    return httpx.get(f"{server.url}/registry").text


def test_makes_one_record_however_often_it_is_asked(
    registry: Provisioner, server: SimulatorServer
) -> None:
    assert registry.provision(MAKE) == registry.provision(MAKE) == "KR-000001"

    assert shown(server).count("<td>KR-") == 1
    assert "Rex &lt;b&gt;" in shown(server)
    assert "ana@example.com" not in shown(server)


def test_what_was_removed_does_not_come_back_by_a_late_request(
    registry: Provisioner, server: SimulatorServer
) -> None:
    registry.provision(MAKE)
    registry.deprovision(REMOVE)
    registry.deprovision(REMOVE)

    with pytest.raises(ProvisioningFailed, match="410"):
        registry.provision(MAKE)
    assert "Rex" not in shown(server)


def test_removing_what_never_came_keeps_it_from_coming(registry: Provisioner) -> None:
    registry.deprovision(REMOVE)

    with pytest.raises(ProvisioningFailed, match="410"):
        registry.provision(MAKE)


def test_says_in_words_that_the_registry_is_closed_or_gone(
    registry: Provisioner, server: SimulatorServer, settings: Settings
) -> None:
    httpx.post(f"{server.url}/registry/switch")
    with pytest.raises(ProvisioningFailed, match="answered 503"):
        registry.provision(MAKE)
    httpx.post(f"{server.url}/registry/switch")
    assert registry.provision(MAKE)

    settings.REGISTRY_URL = "http://127.0.0.1:1/registry"
    with pytest.raises(ProvisioningFailed, match="did not answer"):
        KennelRegistry().provision(MAKE)


def test_another_site_cannot_write_into_it(server: SimulatorServer) -> None:
    url = f"{server.url}/registry/records/{KEY}"

    assert httpx.put(url, content="{}", headers={"Host": "evil.example"}).status_code == 421
    assert httpx.put(url, content="[]").status_code == 422
    assert httpx.post(url).status_code == 405
    switched = httpx.post(
        f"{server.url}/registry/switch", headers={"Origin": "https://evil.example"}
    )
    assert switched.status_code == 403
