"""The image and what is run of it, as far as they can be read."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from counterfoil_server.cli import commands

yaml = pytest.importorskip("yaml")
ROOT = Path(__file__).parents[2]
IMAGE = (ROOT / "Dockerfile").read_text()
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
OURS = {name: one for name, one in SERVICES.items() if one["image"] == "counterfoil"}


def instructions() -> list[tuple[str, str]]:
    joined = re.sub(r"\\\n\s*", " ", IMAGE)
    lines = [line for line in joined.splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(maxsplit=1)) for line in lines]  # type: ignore[misc]


def test_the_image_is_pinned_small_and_not_of_root() -> None:
    said = instructions()
    bases = [what for name, what in said if name == "FROM"]
    assert all(re.fullmatch(r"python:\d\.\d+-slim-\w+( AS \w+)?", one) for one in bases)
    assert len(bases) == 2
    last = said[len(said) - [name for name, _ in reversed(said)].index("FROM") - 1 :]
    assert ("USER", "10001:10001") in last
    names = [name for name, _ in last]
    assert names.index("USER") > max(n for n, it in enumerate(names) if it in {"RUN", "COPY"})
    assert not any(name == "ADD" or "sudo" in what or "latest" in what for name, what in said)
    assert not re.search(r"(?i)^(ENV|ARG).*(secret|password|token)", IMAGE, re.MULTILINE)
    for name in ("ENTRYPOINT", "CMD"):  # as a list, so that signals reach the program itself
        [what] = [what for one, what in last if one == name]
        assert isinstance(json.loads(what), list)
    assert "HEALTHCHECK" in names


def test_nothing_but_what_is_needed_is_sent_to_be_built() -> None:
    lines = (ROOT / ".dockerignore").read_text().split()
    assert lines[0] == "*"
    copied = {
        place
        for name, what in instructions()
        if name == "COPY" and "--from" not in what
        for place in what.split()[:-1]
    }
    assert {line.removeprefix("!") for line in lines if line[0] == "!"} == copied


def test_everything_that_is_copied_is_there() -> None:
    for name, what in instructions():
        if name == "COPY" and "--from" not in what:
            for place in what.split()[:-1]:
                assert (ROOT / place).exists(), place


def test_every_service_runs_a_command_there_is_with_options_it_takes() -> None:
    [said] = [json.loads(what) for name, what in instructions() if name == "CMD"]
    [program] = [json.loads(what) for name, what in instructions() if name == "ENTRYPOINT"]
    assert program == ["counterfoil"]
    assert {one["command"][0] for one in OURS.values()} == {"up", "worker", "migrate"}
    for command, *options in [said, *(one["command"] for one in OURS.values())]:
        commands()[command].parse_args(options)


def test_every_variable_is_one_that_is_read() -> None:
    page = (ROOT / "docs/reference/environment.md").read_text()
    told = {name for row in page.splitlines() for name in re.findall(r"`([A-Z_]+)`", row[:80])}
    given = {name for one in OURS.values() for name in one["environment"]}
    [image] = [what for name, what in instructions() if name == "ENV" and "STATIC_ROOT" in what]
    given |= set(re.findall(r"(?<= )([A-Z_]+)=", f" {image}")) - {
        "PATH",
        "PYTHONUNBUFFERED",
        "PYTHONDONTWRITEBYTECODE",
    }
    assert "DATABASE_DIRECT_URL" in given
    assert given <= told


def test_what_is_asked_for_its_health_is_a_probe() -> None:
    [alive] = [what for name, what in instructions() if name == "HEALTHCHECK"]
    for said, path in ((alive, "/healthz"), (str(SERVICES["web"]["healthcheck"]), "/readyz")):
        assert f"http://127.0.0.1:8000{path}" in said
    assert "8000" in SERVICES["web"]["command"]
    for name in ("worker", "migrate"):  # that of the image asks for what they do not serve
        assert SERVICES[name]["healthcheck"] == {"disable": True}


def test_no_service_has_a_secret_of_its_own_or_more_rights_than_it_needs() -> None:
    for name, one in SERVICES.items():
        for variable, value in one["environment"].items():
            if re.search("SECRET|PASSWORD|TOKEN|KEYS|URL", variable) and variable != "SITE_URL":
                assert "${" in value, f"{name} has {variable} written down"
        assert "latest" not in one["image"]
    for one in OURS.values():
        assert one["read_only"]
        assert one["cap_drop"] == ["ALL"]
        assert "privileged" not in one


def test_processes_have_longer_to_stop_than_they_take() -> None:
    for name in ("web", "worker"):
        assert int(SERVICES[name]["stop_grace_period"].removesuffix("s")) > 12


def test_only_the_web_is_reached_from_outside_and_waits_for_the_tables() -> None:
    assert [name for name, one in SERVICES.items() if "ports" in one] == ["web"]
    for name in ("web", "worker"):
        done = SERVICES[name]["depends_on"]["migrate"]["condition"]
        assert done == "service_completed_successfully"
    pooler = SERVICES["pooler"]["environment"]
    assert pooler["POOL_MODE"] == "transaction"
    assert "lock_timeout=3s" in SERVICES["database"]["command"]
    assert f"pooler:{pooler['LISTEN_PORT']}/" in SERVICES["web"]["environment"]["DATABASE_URL"]
    assert int(pooler["MAX_PREPARED_STATEMENTS"]) > 0
