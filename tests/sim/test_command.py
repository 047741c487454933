"""The simulator as a program of its own."""

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import stripe


def test_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "counterfoil_sim", "--port", "0"]
    with subprocess.Popen(
        [*command, "--state", str(tmp_path / "sim.json")], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        client = stripe.StripeClient("sk_test_x", base_addresses={"api": url})
        client.v1.products.create({"name": "Kit"})
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=120) == 0
    assert "Kit" in (tmp_path / "sim.json").read_text()


def test_plays_shopify_and_remembers(tmp_path: Path) -> None:
    state = tmp_path / "shop.json"
    for hook in ("http://127.0.0.1:9/", "http://127.0.0.1:7/"):
        options = ["--port", "0", "--state", str(state), "--webhook", hook]
        with subprocess.Popen(
            [sys.executable, "-m", "counterfoil_sim", "shopify", *options],
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            assert "answers at" in process.stdout.readline()
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=120) == 0
        kept = json.loads(state.read_text())["subscriptions"].values()
        assert [one["uri"] for one in kept] == [hook] * 9  # subscribed once, and followed


def test_knows_no_other_simulator() -> None:
    assert "There is no simulator of ebay" in _refusal("ebay")


def test_says_what_to_install() -> None:
    without = "import sys; sys.modules['graphql'] = None; import counterfoil_sim.__main__ as sim; "
    done = subprocess.run(
        [sys.executable, "-c", f"{without}sys.exit(sim.main(['shopify']))"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert "pip install 'counterfoil[sim]'" in done.stderr


def test_says_when_its_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f"Port {port} cannot be used" in _refusal("--port", port)


def test_says_when_its_state_cannot_be_used(tmp_path: Path) -> None:
    broken = tmp_path / "sim.json"
    broken.write_text("{half")
    for path in (broken, tmp_path / "missing" / "sim.json"):
        assert f"The state in {path} cannot be used" in _refusal("--state", str(path))
    assert broken.read_text() == "{half"


def _refusal(*options: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "counterfoil_sim", *options],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    return done.stderr
