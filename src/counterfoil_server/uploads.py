"""How much may be sent at once, before anybody has looked at who sends it."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from counterfoil.conf import conf

AND_MORE = 2  # times the largest file that is taken: a little too large is told in better words


def most_bytes() -> int:
    """Give the size of a form with files beyond which nothing of it is read."""
    return AND_MORE * max(
        conf.ORDER_FILE_MAX_BYTES, conf.HANDOUT_MAX_BYTES, conf.GRANT_LIST_MAX_BYTES
    )


class Bounded(FileUploadHandler):
    """
    Refuses a form whose files nobody takes, before they fill the disk.

    Django writes the files of any form down, whoever sends it to whichever page, and bounds only
    what is no file.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: Mapping[str, Any],  # noqa: N803 - as Django calls it
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        """
        Look at how much is coming; nothing was read yet.

        :raises RequestDataTooBig: if it is too much.
        """
        if content_length > most_bytes():
            raise RequestDataTooBig("The files of a form are larger than any that is taken.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Leave it to the next handler."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave it to the next handler."""
