"""Everything on one machine: a small shop, its payments, its mail and its console."""

import io
import json
import os
import signal
import socket
import sys
import urllib.error
import urllib.request
from functools import partial
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection

from counterfoil.testing.shop_kinds import KINDS

from .demo_options import DIRECTORY, Demo, add_arguments
from .demo_place import DemoImpossible, Place
from .demo_words import places, summary
from .processes import ChildDied, Family

__all__ = ["DIRECTORY", "Demo", "DemoImpossible", "add_arguments", "environment_of", "run"]

_READY_WITHIN = 180.0  # seconds; a process that ends is noticed at once
_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(demo: Demo) -> int:
    """
    Run the demo until Ctrl-C or SIGTERM, and stop everything it started.

    :raises DemoImpossible: if a port is taken or the directory cannot be used.
    :raises EmbeddedUnavailable: if this machine cannot run PostgreSQL.
    """
    place = Place(demo.directory)
    _check_port(demo.host, demo.port, "--port")
    _check_port(demo.host, demo.sim_port, "--sim-port")
    _check_port(demo.host, demo.shopify_port, "--shopify-port")
    place.occupy()
    if demo.reset:
        place.clear()
    for number in _STOP:
        signal.signal(number, signal.default_int_handler)  # also where SIGINT was ignored
    family: Family | None = None
    try:
        os.environ |= _environment(demo, place)
        family = Family(place.logs, dict(os.environ))
        _start(demo, place, family)
        family.watch(lambda: False)
    except ChildDied as error:
        _say(f"\n{error}\n  All logs are in {place.logs}.")
        return 1
    except KeyboardInterrupt:
        _say("\nStopping ...")
    finally:
        for number in _STOP:
            signal.signal(number, signal.SIG_IGN)  # it is being done
        if family is not None:
            family.stop()
        place.database.stop()
    _say(f"Everything is stopped. The data stays in {place.directory}.")
    return 0


def environment_of(directory: Path) -> dict[str, str]:
    """
    Give the environment in which a command works on the data of a demo, running or not.

    :raises DemoImpossible: if no demo was ever started there.
    """
    place = Place(directory)
    if not (place.directory / "secrets.json").exists():
        raise DemoImpossible(f"There is no demo in {place.directory}. Start one: counterfoil demo")
    return place.secrets() | {"DATABASE_URL": place.database.start()}


def _environment(demo: Demo, place: Place) -> dict[str, str]:
    _say("Starting PostgreSQL ...")
    return place.secrets() | {
        "DJANGO_SETTINGS_MODULE": "counterfoil_server.settings",
        "DATABASE_URL": place.database.start(),
        "SITE_URL": demo.site_url,
        "ALLOWED_HOSTS": "*",
        "DEBUG": "0",
        "SITE_NAME": "Counterfoil demo",
        "EMAIL_FILE_PATH": str(place.mail),
        "STRIPE_API_BASE": demo.sim_url,
        "PROVISIONER": "counterfoil_server.registry.KennelRegistry",
        "REGISTRY_URL": f"{demo.sim_url}/registry",
        "SUBJECT_KINDS": json.dumps(KINDS),
        "DEMO_PLACES": json.dumps(places(demo)),
        "STAFF_SECOND_FACTOR": "offered",
        "PYTHONUNBUFFERED": "1",
    }


def _start(demo: Demo, place: Place, family: Family) -> None:
    _say("Preparing the shop ...")
    seeded = _prepare_shop(demo)
    me = [sys.executable, "-m", "counterfoil_server"]
    simulator = [*me, "sim", "--host", demo.host, "--port", str(demo.sim_port)]
    simulator += ["--public-url", demo.sim_url, "--webhook", seeded["webhook_url"]]
    simulator += ["--secret", os.environ["STRIPE_WEBHOOK_SECRET"]]
    simulator += ["--state", str(place.simulator), "--mail", str(place.mail)]
    simulator += ["--bounces", f"{demo.site_url}/v1/bounces"]
    simulator += ["--bounce-key", os.environ["MAILBOX_API_KEY"]]
    family.start("stripe", simulator)
    family.start("shopify", [*me, "sim", "shopify", *_shopify_options(demo, place, seeded)])
    family.start("web", [*me, "up", "--host", demo.host, "--port", str(demo.port)])
    family.start("worker", [*me, "worker"])
    for url in (f"{demo.site_url}/healthz", demo.sim_url, demo.shopify_url):
        if not family.watch(partial(_answers, url), seconds=_READY_WITHIN):
            raise DemoImpossible(f"{url} did not answer in time; see the logs in {place.logs}.")
    _say(summary(demo, seeded))


def _shopify_options(demo: Demo, place: Place, seeded: dict[str, str]) -> list[str]:
    options = {
        "--host": demo.host,
        "--port": str(demo.shopify_port),
        "--public-url": demo.shopify_url,
        "--webhook": seeded["shopify_webhook_url"],
        "--goods": seeded["shopify_goods"],
        "--token": os.environ["SHOPIFY_ACCESS_TOKEN"],
        "--secret": os.environ["SHOPIFY_APP_SECRET"],
        "--state": str(place.shopify),
        "--mailbox": f"{demo.sim_url}/mail",
    }
    return [word for option in options.items() for word in option]


def _prepare_shop(demo: Demo) -> dict[str, str]:
    """Bring the tables up to date and put the shop into them, unless it is there already."""
    os.environ["DATABASE_POOL_MAX"] = "0"  # this process needs its connection only here
    django.setup()
    try:
        call_command("migrate", verbosity=0, interactive=False)
        told = io.StringIO()
        where = ["--site-url", demo.site_url, "--sim-url", demo.sim_url]
        where += ["--shopify-url", demo.shopify_url]
        call_command("counterfoil_seed_demo", *where, stdout=told)
    finally:
        connection.close()
    seeded: dict[str, str] = json.loads(told.getvalue())
    return seeded


def _check_port(host: str, port: int, option: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or "no such port"
            raise DemoImpossible(
                f"Port {port} on {host} cannot be used ({why}). Choose another with {option}:"
                f" counterfoil demo {option} {port + 1}"
                f" (or: make demo ARGS='{option} {port + 1}')."
            ) from None


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
            return True
    except urllib.error.HTTPError:
        return True  # it answers, if not what we asked
    except OSError:
        return False


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - for the person at the terminal
