"""Start a Counterfoil, and Houndwell beside it; Ctrl-C stops all of it, and the data stays."""

import argparse
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from counterfoil_server.embedded import EmbeddedPostgres
from counterfoil_server.keys import fresh
from counterfoil_server.processes import ChildDied, Family

HERE = Path(__file__).parent
PLACE = HERE / ".demo"

WHERE = """
Both are running.

  Houndwell, the platform    {own}/
  Counterfoil's console      {site}/console/     staff / {password}

Buy a kit at Houndwell, use its code, name the dog: the lab waits for it as soon as
Counterfoil's event has arrived. Then give the money back, or find the order in the console and
withdraw it there. Ctrl-C stops everything.
"""


def main() -> int:
    """Run until somebody stops it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8400, help="Houndwell's")
    parser.add_argument("--service-port", type=int, default=8410, help="Counterfoil's")
    asked = parser.parse_args()
    own, site = (f"http://127.0.0.1:{port}" for port in (asked.port, asked.service_port))
    (PLACE / "logs").mkdir(parents=True, exist_ok=True)
    (PLACE / "mail").mkdir(parents=True, exist_ok=True)
    print("Starting; the first time, this takes half a minute ...", flush=True)
    server = EmbeddedPostgres(PLACE / "database")
    path = os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")]))
    told = os.environ | {
        **kept("keys.json", fresh()),
        "DJANGO_SETTINGS_MODULE": "counterfoil_server.settings",
        "DATABASE_URL": server.start(),
        "SITE_URL": site,
        "SITE_NAME": "Houndwell",
        "EMAIL_FILE_PATH": str(PLACE / "mail"),
        "STAFF_SECOND_FACTOR": "offered",
        "WEBHOOKS_ALLOW_LOOPBACK": "1",
        "PYTHONPATH": path,
        "PYTHONUNBUFFERED": "1",
    }
    family = Family(PLACE / "logs", told)
    counterfoil = [sys.executable, "-m", "counterfoil_server"]
    try:
        subprocess.run([*counterfoil, "manage", "migrate", "-v", "0"], env=told, check=True)
        keys = kept("houndwell.json", set_up(told, f"{own}/events"))
        family.start("service", [*counterfoil, "up", "--port", str(asked.service_port)])
        family.start("worker", [*counterfoil, "worker"])
        family.environment = told | {
            **keys,
            "COUNTERFOIL_URL": site,
            "HOUNDWELL_STORE": str(PLACE / "houndwell.sqlite"),
            "PORT": str(asked.port),
        }
        family.start("houndwell", [sys.executable, "-m", "houndwell"])
        family.watch(lambda: answers(own) and answers(site))
        print(WHERE.format(own=own, site=site, password=keys["STAFF_PASSWORD"]), flush=True)
        family.watch(lambda: False)
    except ChildDied as error:
        print(error)
        return 1
    except KeyboardInterrupt:
        print("\nStopping ...")
    finally:
        family.stop()
        server.stop()
    return 0


def set_up(told: Mapping[str, str], address: str) -> dict[str, str]:
    """Have the product, the connection, the keys and the endpoint made, unless they were before."""
    if (PLACE / "houndwell.json").exists():
        return {}
    manage = [sys.executable, "-m", "counterfoil_server", "manage"]
    call = f"import set_up; set_up.say({address!r})"
    made = subprocess.run(
        [*manage, "shell", "--no-imports", "--command", call],
        env=told,
        cwd=HERE,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, str] = json.loads(made.stdout.splitlines()[-1])
    return found


def kept(name: str, fallback: Mapping[str, str]) -> dict[str, str]:
    """Read what was made up before, or keep this."""
    file = PLACE / name
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(json.dumps(dict(fallback)))
    found: dict[str, str] = json.loads(file.read_text())
    return found


def answers(url: str) -> bool:
    """Tell whether somebody is there."""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
