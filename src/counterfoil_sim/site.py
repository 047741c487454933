"""The pages for people, by address. Looking changes nothing; only buttons do."""

import re
from html import escape
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote

from counterfoil_sim import actions, dashboard, delivery_page, forms, mailbox, paypage
from counterfoil_sim.bouncing import KINDS, Provider
from counterfoil_sim.deliveries import Deliveries
from counterfoil_sim.errors import ApiError, Refused
from counterfoil_sim.frame import STRIPE, page
from counterfoil_sim.markup import POLICY
from counterfoil_sim.registry import Registry
from counterfoil_sim.responses import Request, Response, as_html, see_other
from counterfoil_sim.serving import Doorkeeper

_PAY = re.compile(r"/pay/([A-Za-z0-9_]+)\Z")
_MAIL = re.compile(r"/mail/([^/]+)/([0-9]{1,6})\Z")


class Site:
    """Everything a person sees of the simulator."""

    def __init__(
        self,
        deliveries: Deliveries,
        *,
        url: str,
        mail: Path | None,
        provider: Provider | None = None,
    ) -> None:
        """Remember what the pages show, and under which names."""
        self.deliveries = deliveries
        self.mail = mail
        self.provider = provider
        self.registry = Registry(deliveries.simulator)
        self._doorkeeper = Doorkeeper(url)
        self._style = files("counterfoil_sim").joinpath("static/sim.css").read_bytes()

    def respond(self, request: Request) -> Response:
        """Answer one request."""
        try:
            self._doorkeeper.check(request)
            if request.path.startswith("/registry"):
                return self.registry.respond(request)
            if request.method == "POST":
                return self._act(request)
            with self.deliveries.simulator.lock:
                return self._show(request)
        except Refused as error:
            return _wrong(str(error), status=error.status)

    def _show(self, request: Request) -> Response:
        if found := _PAY.match(request.path):
            return paypage.show(self.deliveries.simulator, found.group(1))
        if found := _MAIL.match(unquote(request.path)):
            return self._mail(found.group(1), int(found.group(2)), request)
        match request.path:
            case "/":
                opened = str(forms.parse(request.query).get("open", ""))
                return dashboard.show(self.deliveries, opened=opened)
            case "/deliveries":
                return delivery_page.show(self.deliveries, frame=STRIPE)
            case "/mail":
                return mailbox.listing(self.mail)
            case "/sim.css":
                headers = {"Content-Type": "text/css", "Cache-Control": "max-age=60"}
                return Response(headers=headers, body=self._style)
            case _:
                return _wrong("There is no such page.", status=404)

    def _mail(self, file: str, number: int, request: Request) -> Response:
        mail = mailbox.one(self.mail, file, number)
        if self.provider is None:
            return mailbox.show(mail)
        told = str(forms.parse(request.query).get("told", ""))
        return mailbox.show(mail, foot=mailbox.bouncing(told if told in KINDS else ""))

    def _bounce(self, file: str, number: int, request: Request) -> Response:
        mail = mailbox.one(self.mail, file, number)
        if mail is None or self.provider is None:
            return _wrong("There is no such mail.", status=404)
        kind = str(forms.parse(request.body).get("kind", ""))
        self.provider.bounce(mail, kind)
        return see_other(f"{request.path}?told={kind}")

    def _act(self, request: Request) -> Response:
        if found := _MAIL.match(unquote(request.path)):
            return self._bounce(found.group(1), int(found.group(2)), request)
        form = forms.parse(request.body)
        if found := _PAY.match(request.path):
            return paypage.submit(self.deliveries.simulator, found.group(1), form)
        if request.path != "/act":
            return _wrong("There is no such page.", status=404)
        try:
            return see_other(actions.perform(self.deliveries, form))
        except ApiError as error:
            opened = actions.session_of(self.deliveries.simulator, str(form.get("of", "")))
            return dashboard.show(
                self.deliveries, opened=opened, problem=str(error), status=error.status
            )


def _wrong(message: str, *, status: int) -> Response:
    body = page("Not possible", f"<p>{escape(message)}</p>", narrow=True)
    return as_html(body, status=status, policy=POLICY)
