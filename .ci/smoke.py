"""
Try a wheel where nothing of the source is: a fresh environment in an empty directory.

It must import, have its migrations, templates and static files with it, find nothing to complain
about in a production set-up, and answer. Usage: python .ci/smoke.py dist/*.whl
"""

import os
import shlex
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

STARTS_WITHIN = 180.0  # seconds; one that ends is noticed at once


def main(wheel: Path) -> None:
    """Install the wheel and use it; the first thing that fails ends this."""
    with tempfile.TemporaryDirectory() as place:
        environment, empty = Path(place, "venv"), Path(place, "empty")
        empty.mkdir()
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        programs = environment / "bin"
        pip = [programs / "pip", "--quiet", "--disable-pip-version-check"]
        install = [*pip, "install", f"{wheel.resolve()}[server]"]
        subprocess.run(install, check=True, cwd=empty, env=inherited("PIP_", "SSL_"))
        counterfoil = str(programs / "counterfoil")
        production = settings(counterfoil, empty)

        def run(*arguments: str) -> None:
            print("$ counterfoil", *arguments, flush=True)
            subprocess.run([counterfoil, *arguments], check=True, cwd=empty, env=production)

        loaded = "from counterfoil_sim.shopify.schema import admin_schema; admin_schema()"
        subprocess.run([programs / "python", "-c", loaded], check=True, cwd=empty)
        run("migrate", "--verbosity", "0")
        run("manage", "check", "--deploy", "--fail-level", "WARNING")
        run("manage", "makemigrations", "--check", "--dry-run")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        up = [counterfoil, "up", "--port", str(port), "--workers", "1"]
        with subprocess.Popen(up, cwd=empty, env=production) as server:
            try:
                for path in ("/healthz", "/static/counterfoil/counterfoil.css"):
                    print(f"GET {path}: {len(get(port, path, server))} bytes", flush=True)
            finally:
                server.terminate()
        left = sorted(path.name for path in empty.iterdir())
        if left != [".counterfoil"]:
            sys.exit(f"It left files where it was run: {left}")
    print("The wheel works on its own.")


def settings(counterfoil: str, empty: Path) -> dict[str, str]:
    """Set up a shop behind one encrypting proxy, with fresh secrets."""
    secrets = subprocess.run(
        [counterfoil, "keys"],
        check=True,
        cwd=empty,
        env=inherited(),
        capture_output=True,
        text=True,
    ).stdout
    lines = (shlex.split(line)[0].partition("=") for line in secrets.splitlines())
    site = {"SITE_URL": "https://shop.example", "TRUSTED_HOPS": "1"}
    return inherited() | site | {name: value for name, _, value in lines}


def inherited(*prefixes: str) -> dict[str, str]:
    """Give the few variables a process needs, so that nothing of the source is found by chance."""
    wanted = ("PATH", "HOME", "LANG", *prefixes)
    return {name: value for name, value in os.environ.items() if name.startswith(wanted)}


def get(port: int, path: str, server: "subprocess.Popen[bytes]") -> bytes:
    """Ask as the proxy would, again and again until the server is there."""
    headers = {"Host": "shop.example", "X-Forwarded-Proto": "https"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    deadline = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                body: bytes = answer.read()
                return body
        except urllib.error.HTTPError as error:
            sys.exit(f"{path} answered {error.code}.")
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                sys.exit("The server did not start.")
            time.sleep(0.2)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
