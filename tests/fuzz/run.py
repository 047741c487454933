"""Runs the program that makes up calls."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.fuzz.world import Known

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "reference" / "openapi.json"

PLACES: Mapping[str, str] = {
    "path.allotment": "allotment",
    "path.batch": "batch",
    "path.delivery": "delivery",
    "path.endpoint": "endpoint",
    "path.event": "event",
    "path.exception": "exception",
    "path.file_id": "file",
    "path.handle": "handle",
    "path.handout": "handout",
    "path.job_id": "job",
    "path.key": "step",
    "path.member": "member",
    "path.partner": "slug",
    "path.purchase_id": "purchase",
    "path.reference": "reference",
    "path.reservation": "reservation",
    "path.sku": "sku",
    "path.slug": "slug",
    "query.connection": "connection",
    "query.partner": "slug",
    "query.product": "sku",
    "query.purchase": "purchase",
    "query.reference": "reference",
    "query.sku": "sku",
    "body.account.email": "email",
    "body.account.external_reference": "account",
    "body.allotment": "allotment",
    "body.certificate": "certificate",
    "body.code": "code",
    "body.connection": "connection",
    "body.currency": "currency",
    "body.email": "email",
    "body.entitlement": "handle",
    "body.entitlements.[*]": "handle",
    "body.key": "provisioning",
    "body.lines.[*].sku": "sku",
    "body.parent": "slug",
    "body.partner": "slug",
    "body.products.[*]": "sku",
    "body.query": "code",
    "body.recipient_mail": "email",
    "body.recipients.[*].email": "email",
    "body.reference": "reference",
    "body.reservation": "reservation",
    "body.send_at": "moment",
    "body.since": "past",
    "body.sku": "sku",
    "body.text": "text",
    "body.time_zone": "zone",
    "body.to": "slug",
    "body.unit": "code",
    "body.until": "moment",
}
"""Where in calls something is named that there is, more often than not."""

CONFIG = """
hooks = "tests.fuzz.hooks"
continue-on-failure = true
request-timeout = 60
[generation]
deterministic = {deterministic}
database = "none"
allow-x00 = false
[checks]
max_response_time = 60
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "4xx"]
[checks.missing_required_header]
expected-statuses = ["4xx"]
{dictionaries}
[parameters]
{parameters}
"""


def config(known: Known, *, deterministic: bool) -> str:
    """Write what the program is to know, and how strict it is to be."""
    dictionaries = "".join(
        f"[dictionaries.{name}]\nvalues = {json.dumps(values)}\n" for name, values in known.items()
    )
    parameters = "".join(
        f'"{place}" = {{ dictionary = "{name}", probability = 0.85 }}\n'
        for place, name in PLACES.items()
    )
    return CONFIG.format(
        dictionaries=dictionaries,
        parameters=parameters,
        deterministic=str(deterministic).lower(),
    )


def fuzz(
    url: str, key: str, known: Known, place: Path, *options: str, deterministic: bool = False
) -> subprocess.CompletedProcess[str]:
    """Make up calls of everything the description describes, and judge the answers."""
    written = place / "schemathesis.toml"
    written.write_text(config(known, deterministic=deterministic))
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "schemathesis.cli",
            "--config-file",
            str(written),
            "run",
            str(DOCUMENT),
            "--url",
            url,
            "--header",
            f"Authorization: Bearer {key}",
            "--checks",
            "all",
            "--exclude-checks",
            "use_after_free",  # DELETE ends something here, and what has ended is still told of
            *options,
        ],
        cwd=place,  # where it leaves what it remembers
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
