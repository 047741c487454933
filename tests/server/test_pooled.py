"""Behind a pooler that lends each connection for one transaction: all of it works, and is kept."""

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from counterfoil.models import Delivery, Entitlement
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import make_product, now
from tests.api.partners import a_line, an_order, make_teller
from tests.effects.webhook_listener import listening
from tests.records import assert_kept
from tests.server.machine import Machine, all_done, answers, ask, free_port, until
from tests.server.test_backup import address
from tests.webhooks import an_endpoint

pytestmark = pytest.mark.django_db(transaction=True)
PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
ORDERS = 6
LENT = 2  # connections: fewer than there are threads that want one


class Pooler:
    """PgBouncer before the database of the tests, as in compose.yaml but for where it listens."""

    def __init__(self, program: str, place: Path) -> None:
        self.program, self.place, self.port = program, place, free_port()
        self.process: subprocess.Popen[bytes] | None = None
        given = connection.settings_dict
        reached = {
            "host": given["HOST"],
            "port": given["PORT"],
            "user": given["USER"],
            "password": given["PASSWORD"],
            "dbname": given["NAME"],
        }
        said = " ".join(f"{name}={value}" for name, value in reached.items() if value)
        (place / "pooler.ini").write_text(
            f"[databases]\npooled = {said}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
            f"listen_port = {self.port}\nunix_socket_dir =\nauth_type = any\n"
            f"pool_mode = transaction\ndefault_pool_size = {LENT}\n"
            + ("max_prepared_statements = 500\n" if self.keeps_plans() else "")
        )

    @property
    def url(self) -> str:
        return f"postgresql://somebody@127.0.0.1:{self.port}/pooled"

    def keeps_plans(self) -> bool:
        said = subprocess.run([self.program, "--version"], capture_output=True, text=True)
        found = re.search(r"PgBouncer (\d+)\.(\d+)", said.stdout)
        return found is not None and tuple(map(int, found.groups())) >= (1, 21)

    def start(self) -> None:
        command = [self.program, "--quiet", str(self.place / "pooler.ini")]
        if os.geteuid() == 0:  # which it refuses to be; whoever may open the socket of the server
            place = connection.settings_dict["HOST"]
            owner = os.stat(place).st_uid if place.startswith("/") else 0
            account = pwd.getpwuid(owner).pw_name if owner else "nobody"
            command[1:1] = ["--user", account]
        log = (self.place / "pooler.log").open("ab")
        self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)

    def listens(self) -> bool:
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


@pytest.fixture
def pooler() -> Iterator[Pooler]:
    if PROGRAM is None:
        pytest.skip("no pgbouncer (Debian: apt install pgbouncer)")
    with tempfile.TemporaryDirectory(prefix="counterfoil-pooler-") as place:
        Path(place).chmod(0o755)  # it runs as somebody else
        made = Pooler(PROGRAM, Path(place))
        made.start()
        yield made
        made.stop()


def test_a_sale_comes_to_its_end_through_a_pooler(
    machine: Machine, pooler: Pooler, client: Client, settings: Any
) -> None:
    settings.COUNTERFOIL_WEBHOOKS_ALLOW_LOOPBACK = True
    vets = make_teller(client, make_product())
    house = create_api_key(name="house", scopes=[Scope.REDEEM], by=SYSTEM, at=now()).secret
    machine.variables |= {
        "DATABASE_URL": pooler.url,
        "DATABASE_DIRECT_URL": address(),
        "DATABASE_POOLED": "1",
        "DATABASE_PREPARE": str(int(pooler.keeps_plans())),
        "WEBHOOKS_ALLOW_LOOPBACK": "1",
    }
    with listening() as listener, ThreadPoolExecutor(8) as crowd:
        an_endpoint(listener.url, types=["entitlement.assigned"])
        (_, one), (_, other) = machine.web(), machine.web()
        machine.start("worker", "--messages", "1")
        until(lambda: answers(one) and answers(other), machine)

        def both(path: str, secret: str, bodies: Sequence[Any], key: str) -> list[int]:
            """Ask both at the same time, each with a body and a key of its own."""
            calls = [
                crowd.submit(ask, site, path, secret, body, key=f"{key}-{site[-5:]}")
                for site, body in zip((one, other), bodies, strict=True)
            ]
            return [call.result()[0] for call in calls]

        told: Counter[int] = Counter()
        codes: list[str] = []
        for number in range(ORDERS):
            order = an_order(
                **a_line(quantity=2),
                reference=f"order-{number}",
                buyer={"mail": f"buyer-{number}@example.com"},
                notify_buyer=True,
            )
            told.update(both("/v1/purchases", vets.secret, [order, order], f"tell-{number}"))
            path = f"/v1/purchases/order-{number}/codes"
            _, page = ask(one, path, vets.secret, {}, key=f"codes-{number}")
            assert "codes" in page, (page, told, machine.said())
            codes += [row["code"] for row in page["codes"]]
        assert told[201] == ORDERS, machine.said()
        assert set(told) <= {200, 201, 409}
        assert len(set(codes)) == 2 * ORDERS
        buyers = {f"buyer-{number}@example.com" for number in range(ORDERS)}
        until(lambda: machine.mailed() == buyers, machine)  # before their codes are spent

        pooler.stop()
        pooler.start()  # each kept connection is gone, and nobody who calls may notice
        until(pooler.listens, machine)
        said: Counter[int] = Counter()
        for code in codes:
            wanted = [
                {"code": code, "account": {"external_reference": who}} for who in ("ana", "ben")
            ]
            said.update(both("/v1/codes/redeem", house, wanted, code))
        assert said == {200: 2 * ORDERS, 409: 2 * ORDERS}, machine.said()

        until(all_done, machine)
        until(lambda: len(listener.told) >= 2 * ORDERS, machine)
        until(lambda: not Delivery.objects.filter(sent_at=None, parked_at=None).exists(), machine)
    assert len({body["id"] for body in listener.bodies()}) == 2 * ORDERS
    assert Entitlement.objects.exclude(state="issued").count() == 2 * ORDERS
    assert_kept()
