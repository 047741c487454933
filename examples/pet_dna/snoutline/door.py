"""Whom we have signed in, told to Counterfoil; its pages ask for each of theirs."""

from urllib.parse import urlencode

from django.contrib.auth import logout
from django.http import HttpRequest
from django.urls import reverse

from counterfoil.hosting.accounts import HostVisitor
from snoutline.models import Owner


class Door:
    """Owners of dogs, each of whom has shown that they read their address (see ``people``)."""

    def visitor(self, request: HttpRequest) -> HostVisitor | None:
        """Say who is signed in here."""
        owner = request.user
        if not isinstance(owner, Owner):
            return None
        return HostVisitor(external_reference=str(owner.pk), mail=owner.email, display=owner.called)

    def sign_in_url(self, request: HttpRequest, back_to: str) -> str:
        """Say where our door is."""
        return f"{reverse('sign-in')}?{urlencode({'next': back_to})}"

    def sign_out(self, request: HttpRequest) -> str:
        """Let somebody out, to our start page."""
        logout(request)
        return reverse("start")
