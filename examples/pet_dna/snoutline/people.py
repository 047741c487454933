"""
Our own sign-in, with a password; Counterfoil's pages ask our door who came in by it.

Nobody is let in before they have shown that they read their mail address: whoever could open an
account in another's name would find their purchases.
"""

from urllib.parse import urlencode

from django import forms
from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.core import signing
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from snoutline.models import Owner

A_DAY = 24 * 60 * 60
SALT = "snoutline.sign-up"

LETTER = """Hello {name},

somebody, we hope you, opened an account at Snoutline with this address.
Go on here, within a day:

{url}

If it was not you, do nothing: without that link there is no account.
"""


class SignUp(forms.ModelForm):  # type: ignore[type-arg]  # which Django itself does not take
    """Who they are, where they are written to, and a password."""

    first_name = forms.CharField(label="What may we call you?", max_length=60)
    password = forms.CharField(
        label="Password",
        min_length=10,
        help_text="Ten characters or more.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        """What is asked, in this order."""

        model = Owner
        fields = ("first_name", "email", "password")

    def validate_unique(self) -> None:
        """Do not tell strangers who has an account here; whoever reads the mail finds out."""


def sign_in(request: HttpRequest) -> HttpResponse:
    """Let somebody in by address and password."""
    onward = _onward(request)
    if request.user.is_authenticated and request.method != "POST":
        return redirect(onward)
    form = AuthenticationForm(request, data=request.POST or None)
    form.fields["username"].label = "E-mail address"
    if request.method == "POST" and form.is_valid():
        owner = form.get_user()
        assert isinstance(owner, Owner)
        login(request, owner)
        return redirect(onward)
    return _page(request, "sign_in", form, onward)


def sign_up(request: HttpRequest) -> HttpResponse:
    """Send a link to whoever wants an account; nothing is kept before they follow it."""
    onward = _onward(request)
    form = SignUp(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, "sign_up", form, onward)
    told = form.cleaned_data
    promised = Owner()
    promised.set_password(told["password"])
    wanted = {"mail": told["email"].lower(), "name": told["first_name"]}
    wanted |= {"password": promised.password, "next": onward}
    token = signing.dumps(wanted, salt=SALT, compress=True)
    url = request.build_absolute_uri(reverse("welcome", args=[token]))
    words = LETTER.format(name=told["first_name"], url=url)
    send_mail("Your account at Snoutline", words, None, [wanted["mail"]])
    return render(request, "snoutline/look_at_mail.html", {"mail": wanted["mail"]})


def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Open the account once its owner presses the button; mail scanners only look."""
    try:
        wanted = signing.loads(token, salt=SALT, max_age=A_DAY)
    except signing.BadSignature:
        return render(request, "snoutline/too_late.html", status=410)
    if request.method != "POST":
        return render(request, "snoutline/welcome.html", {"name": wanted["name"]})
    owner, _is_new = Owner.objects.get_or_create(
        email=wanted["mail"], defaults={"username": wanted["mail"], "is_active": False}
    )
    if not owner.is_active:  # a link that is followed again does not bring back an old password
        owner.first_name, owner.password = wanted["name"], wanted["password"]
        owner.is_active = True
        owner.save()
        login(request, owner)
    return redirect(wanted["next"])


def _onward(request: HttpRequest) -> str:
    wanted = str(request.POST.get("next") or request.GET.get("next") or "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()})
    return wanted if is_ours else reverse("dogs")


def _page(request: HttpRequest, name: str, form: forms.BaseForm, onward: str) -> HttpResponse:
    context = {"form": form, "next": onward, "query": urlencode({"next": onward})}
    status = 422 if form.is_bound else 200
    return render(request, f"snoutline/{name}.html", context, status=status)
