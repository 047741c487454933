"""Reading the bodies of requests as strictly as those of messages."""

from typing import Any

from django.http import HttpRequest
from ninja.errors import ValidationError
from ninja.parser import Parser

from counterfoil.channels import webhook_body
from counterfoil.errors import Rejected
from counterfoil.rules.keepable import flaw_in

MOST_BYTES = 1_048_576
JSON = "application/json"
MULTIPART = "multipart/form-data"


class ContentTypeWrong(Rejected):
    """A body has to be application/json."""

    code = "content_type_wrong"


class StrictParser(Parser):
    """
    Takes one plain JSON object and nothing else.

    What two readers could understand differently is refused: a key twice, NaN, half characters.
    So is, wherever it stands, what could be read and not be kept.
    """

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """
        Read the body of a request.

        :raises ContentTypeWrong: if it does not say that it is JSON.
        :raises TooLarge: if it is larger than any request needs to be.
        :raises Malformed: if it is not one plain JSON object in UTF-8.
        :raises ValidationError: if something in it cannot be kept, such as a NUL character.
        """
        if request.content_type != JSON:
            raise ContentTypeWrong
        body = webhook_body.parse(request.body, limit=MOST_BYTES)
        flaw = flaw_in(body)
        if flaw is not None:
            raise ValidationError([{"loc": ("body", "body", *flaw.at), "msg": flaw.says}])
        return body
