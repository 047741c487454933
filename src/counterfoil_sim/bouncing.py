"""Mails that come back: the mailbox tells the shop, as a mail provider would."""

import json
from dataclasses import dataclass

from counterfoil_sim.errors import Refused
from counterfoil_sim.mailbox import Mail
from counterfoil_sim.posting import post

KINDS = {
    "hard": "550 5.1.1 user unknown",
    "soft": "452 4.2.2 mailbox full",
    "complaint": "spam",
}


@dataclass(frozen=True, slots=True)
class Provider:
    """Where the shop hears of mails that came back, and the key by which it knows us."""

    url: str
    key: str

    def bounce(self, mail: Mail, kind: str) -> None:
        """
        Tell the shop that a mail came back.

        :raises Refused: if it cannot be told, or does not know the mail.
        """
        if kind not in KINDS:
            raise Refused("A mail does not come back like that.", status=400)
        body = {"mail": str(mail.message["Message-ID"]), "kind": kind, "description": KINDS[kind]}
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
        status = post(self.url, json.dumps(body).encode(), headers)
        if status != 200:
            raise Refused(f"The shop answered {status or 'nothing'}; it was not told.", status=502)
