"""Start Snoutline with a PostgreSQL of its own; Ctrl-C stops all of it, and the data stays."""

import argparse
import os
import subprocess
import sys
import urllib.error
import urllib.request
from functools import partial
from pathlib import Path

from counterfoil_server.embedded import EmbeddedPostgres
from counterfoil_server.processes import ChildDied, Family

HERE = Path(__file__).parent
PLACE = HERE / ".demo"

WHERE = """
Snoutline is running.

  The shop          {site}/
  All mail          {site}/mailbox/
  The console       {site}/console/      staff@example.com / {password}
  An owner          {site}/enter/        ana@example.com / {password}

Buy a kit as ana@example.com, open the mail with the code, use it for Miso, and look at My dogs.
Then find the order in the console, withdraw it there, and look again. Ctrl-C stops everything.
"""


def main() -> int:
    """Run until somebody stops it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8300)
    site = f"http://localhost:{(port := parser.parse_args().port)}"
    for folder in ("logs", "mail"):
        (PLACE / folder).mkdir(parents=True, exist_ok=True)
    print("Starting; the first time, this takes half a minute ...", flush=True)
    server = EmbeddedPostgres(PLACE / "database")
    told = {
        "DATABASE_URL": server.start(),
        "SITE_URL": site,
        "MAIL_FOLDER": str(PLACE / "mail"),
        "PYTHONUNBUFFERED": "1",
    }
    family = Family(PLACE / "logs", os.environ | told)
    manage = [sys.executable, str(HERE / "manage.py")]
    try:
        for step in (["migrate", "--verbosity", "0"], ["seed"]):
            subprocess.run([*manage, *step], env=os.environ | told, check=True)
        family.start("web", [*manage, "runserver", "--noreload", str(port)])
        family.start("worker", [*manage, "counterfoil_worker"])
        family.watch(partial(answers, site))
        print(WHERE.format(site=site, password="a-dogs-breakfast"), flush=True)
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
