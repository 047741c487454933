"""Nobody fills the disk by sending files to pages that want none."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import now
from tests.records import unchanged
from tests.server.test_settings import server_settings

LARGEST = 1_000_000


@pytest.fixture
def stranger(settings: Settings, tmp_path: Path) -> Client:
    settings.FILE_UPLOAD_HANDLERS = server_settings()["FILE_UPLOAD_HANDLERS"]
    settings.FILE_UPLOAD_TEMP_DIR, settings.FILE_UPLOAD_MAX_MEMORY_SIZE = str(tmp_path), 0
    for name in ("ORDER_FILE", "HANDOUT", "GRANT_LIST"):
        setattr(settings, f"COUNTERFOIL_{name}_MAX_BYTES", LARGEST)
    return Client(enforce_csrf_checks=True)


def send(stranger: Client, path: str, size: int) -> Any:
    token = stranger.get("/c").context["csrf_token"]
    file = SimpleUploadedFile("codes.csv", b"x" * size)
    return stranger.post(path, {"csrfmiddlewaretoken": str(token), "code": "7K3M", "file": file})


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/c", "/console/sign-in/", "/sign-in/"])
def test_a_form_larger_than_any_file_is_not_read(
    stranger: Client, tmp_path: Path, path: str
) -> None:
    answer = send(stranger, path, 2 * LARGEST)

    assert answer.status_code == 400
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_a_file_that_is_a_little_too_large_is_told_by_the_page(stranger: Client) -> None:
    assert send(stranger, "/c", LARGEST).status_code == 422


@pytest.mark.django_db
def test_the_api_says_that_it_is_too_large(stranger: Client) -> None:
    key = create_api_key(name="files", scopes=[Scope.ORDER_FILES], by=SYSTEM, at=now())
    file = SimpleUploadedFile("orders.csv", b"x" * 2 * LARGEST)

    with unchanged():
        answer = stranger.post(
            "/v1/order-files", {"file": file}, headers={"Authorization": f"Bearer {key.secret}"}
        )

    assert (answer.status_code, answer.json()["code"]) == (413, "request_too_large")
    assert answer.json()["detail"] == "The form, or a file in it, is larger than any that is taken."
