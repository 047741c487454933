"""How a row of a list is judged by itself."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from counterfoil.rules.handouts import Judging, RowFault, RowWrong, Said, send_moment

AT = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
ROME = ZoneInfo("Europe/Rome")
JUDGING = Judging(at=AT, zone=ROME, languages=("en", "de"))


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (Said(mail="ann@example.com"), None),
        (Said(mail="ann@example.com", send_on="2027-03-02", language="de-AT"), None),
        (Said(), RowFault.NO_ADDRESS),
        (Said(mail="ann at example.com"), RowFault.NOT_AN_ADDRESS),
        (Said(mail="ann@example.com", name="x" * 101), RowFault.NAME_TOO_LONG),
        (Said(mail="ann@example.com", message="x" * 1_001), RowFault.MESSAGE_TOO_LONG),
        (Said(mail="ann@example.com", send_on="soon"), RowFault.DATE_UNREADABLE),
        (Said(mail="ann@example.com", send_on="2027-02-30"), RowFault.DATE_UNREADABLE),
        (Said(mail="ann@example.com", send_on="02/03/2027"), RowFault.DATE_UNCLEAR),
        (Said(mail="ann@example.com", send_on="2027-02-28"), RowFault.DATE_PAST),
        (Said(mail="ann@example.com", send_on="2028-12-24"), RowFault.DATE_TOO_FAR),
        (Said(mail="ann@example.com", language="tlh"), RowFault.LANGUAGE_UNKNOWN),
    ],
)
def test_the_first_thing_that_is_wrong_is_told(said: Said, fault: RowFault | None) -> None:
    assert JUDGING.fault_of(said) is fault


@pytest.mark.parametrize(
    "written", ["2027-12-24", "24.12.2027", "12/24/2027", "24/12/2027", "2027-12-24T09:00"]
)
def test_a_day_is_nine_in_the_morning_where_it_is_meant(written: str) -> None:
    moment = send_moment(written, zone=ROME, at=AT)

    assert moment == datetime(2027, 12, 24, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("written", ["", "  ", "2027-03-01"])
def test_nothing_and_today_mean_now(written: str) -> None:
    assert send_moment(written, zone=ROME, at=AT) is None


def test_an_hour_of_today_that_is_over_is_refused() -> None:
    with pytest.raises(RowWrong):
        send_moment("2027-03-01 10:00", zone=ROME, at=AT)


def test_what_a_row_does_not_say_is_said_for_all() -> None:
    row = Said(mail="ann@example.com", message="Mine").or_else(
        Said(message="Ours", language="de", send_on="2027-12-24")
    )

    assert row == Said(mail="ann@example.com", message="Mine", language="de", send_on="2027-12-24")
