"""Somebody at Snoutline's pages."""

from django.test import Client

from snoutline.models import Owner

PASSWORD = "a-dogs-breakfast"


def come_in(mail: str) -> Client:
    """Sign somebody in by our own door; whoever is new has an account now."""
    owner, _is_new = Owner.objects.get_or_create(email=mail, defaults={"username": mail})
    if not owner.has_usable_password():
        owner.is_active = True
    owner.set_password(PASSWORD)
    owner.save()
    browser = Client()
    answer = browser.post("/enter/", {"username": mail, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return browser
