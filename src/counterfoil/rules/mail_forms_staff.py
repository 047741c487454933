"""The mails to staff, and the placeholders there are in them."""

from collections.abc import Mapping

from counterfoil.rules.mail_texts import MailForm


def _news(event: str, title: str, button: str, values: Mapping[str, str]) -> MailForm:
    return MailForm(
        template="staff_news",
        title=title,
        variant_by="event",
        variant=event,
        values=dict(values),
        blocks={"lines": "what it is about, a line each", "button": "the button that leads on"},
        required=("lines",),
        button=button,
    )


STAFF_FORMS = (
    _news(
        "approval",
        "Staff: something waits for an approval",
        "Look at the request",
        {"what": "what is asked for", "until": "until when it can be decided"},
    ),
    _news(
        "digest",
        "Staff: the digest of a day",
        "Open the ledger",
        {"day": "the day", "checkpoint": "number and hash of the newest link of the ledger"},
    ),
    _news("overdue", "Staff: cases are overdue", "Open the cases", {"count": "how many"}),
)
