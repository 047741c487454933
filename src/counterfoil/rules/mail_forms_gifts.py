"""The mails about gifts, and the placeholders staff may use in words of their own."""

from counterfoil.rules.mail_texts import MailForm

RECIPIENT = {
    "recipient": "the recipient's name, as the giver wrote it; may be empty",
}


def _news(told: str, title: str, button: str = "See your gift") -> MailForm:
    return MailForm(
        template=f"gift_{told}",
        title=title,
        values=RECIPIENT
        | {
            "product": "what was given",
            "recipient_mail": "the recipient's address, masked; empty for a card",
        },
        blocks={"button": "the button that leads on"},
        button=button,
        leads_to="gift_url",
    )


GIFT_FORMS = (
    MailForm(
        template="gift",
        title="A gift, to whoever gets it",
        values=RECIPIENT
        | {
            "sender": "the sender's name; empty if they hide it",
            "partner": "the partner that gives it; may be empty",
            "message": "what the sender says; may be empty",
            "product": "what is given",
            "claim_page": "the address where a code is typed",
        },
        blocks={"present": "what is given, with its code and its link"},
        required=("present",),
    ),
    MailForm(
        template="gift_bought",
        title="After a purchase that goes to somebody else",
        values={"order_reference": "the number of the order; may be empty"},
        blocks={
            "given": "what goes to whom, and when",
            "button": "the button that leads on",
        },
        button="My purchases",
        leads_to="my_purchases_url",
    ),
    _news("opened", "A gift was opened, to its giver"),
    _news("claimed", "A gift was claimed, to its giver"),
    _news("bounced", "A gift did not arrive, to its giver", "Correct the address"),
)
