"""The ledger in the console: who did what, everything one did, the chain, and what leaves it."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.http import StreamingHttpResponse
from django.test import Client
from tests.console.conftest import SignedIn
from tests.staff import make_colleague

from counterfoil.effects.sealer import seal
from counterfoil.jobs.running import work_jobs
from counterfoil.models import AuditEntry, Entry, ExceptionCase, Job, Seal
from counterfoil.operations._auditing import note
from counterfoil.operations.request_verification import request_verification
from counterfoil.operations.revoke import revoke
from counterfoil.queries.chain import head
from counterfoil.queries.ledger import PAGE
from counterfoil.rules.people import Actor, ActorKind
from counterfoil.testing.builders import issue_many, issue_one, now

pytestmark = pytest.mark.django_db
LEDGER, CHAIN = "/console/ledger/", "/console/ledger/chain/"
PROGRAM = (
    Path(__file__).parents[2]
    / "src"
    / "counterfoil"
    / "static"
    / "counterfoil"
    / "verify_ledger.py"
)


@pytest.fixture
def auditor(signed_in: SignedIn) -> Client:
    return signed_in("Auditor")


def body(answer: object) -> str:
    assert isinstance(answer, StreamingHttpResponse)
    return b"".join(answer.streaming_content).decode()  # type: ignore[arg-type]


def revoke_one(by: Actor, *, reason: str = "fraud", comment: str = "") -> str:
    issued = issue_one().entitlement()
    revoke(entitlement_ids=[issued.pk], reason=reason, comment=comment, by=by, at=now())
    return issued.handle


def tamper(statement: str) -> None:
    """Do what a database administrator can, past every trigger."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)


def test_shows_what_staff_did_and_leads_to_everything_one_did(auditor: Client) -> None:
    olga, bert = make_colleague("olga", "Support 2"), make_colleague("bert", "Support 2")
    handle = revoke_one(olga, comment="The <card> was stolen")
    other = revoke_one(bert, reason="mistake")
    note("pause_connection", connection=None, subject="shop", by=bert, at=now())

    page = auditor.get(LEDGER).content.decode()
    assert handle in page
    assert other in page
    assert "The &lt;card&gt; was stolen" in page
    assert "suspected fraud" in page
    assert f"?who={olga.id}" in page

    hers = auditor.get(LEDGER, {"who": olga.id}).content.decode()
    assert "Everything" in hers
    assert handle in hers
    assert other not in hers
    assert "Pause connection" not in hers.partition("In short")[2]
    his = auditor.get(LEDGER, {"who": bert.id}).content.decode()
    assert "Pause connection" in his.partition("In short")[2]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"act": "revoke"}, True),
        ({"act": "extend"}, False),
        ({"reason": "fraud"}, True),
        ({"reason": "mistake"}, False),
        ({"case": "T-77"}, True),
        ({"case": "T-78"}, False),
        ({"hand": "customer"}, False),
        ({"hand": "all"}, True),
        ({"since": "2020-01-01", "until": "2020-02-01"}, False),
        ({"since": "2020-01-01"}, True),
        ({"who": "999999"}, False),
    ],
)
def test_finds_by_act_reason_ticket_hand_and_day(
    auditor: Client, asked: dict[str, str], found: bool
) -> None:
    olga = make_colleague("olga", "Support 2")
    handle = revoke_one(Actor(kind=olga.kind, id=olga.id, display="Olga", case="T-77"))

    posted = auditor.post(LEDGER, asked)
    assert posted.status_code == 302
    page = auditor.get(posted["Location"]).content.decode()

    assert (handle in page) is found


def test_finds_what_was_done_to_one_entitlement(auditor: Client) -> None:
    olga = make_colleague("olga", "Support 2")
    one, two = revoke_one(olga), revoke_one(olga)

    page = auditor.get(LEDGER, {"about": one, "hand": "all"}).content.decode()

    assert one in page
    assert two not in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"case": "ana@example.com"},
        {"since": "yesterday"},
        {"until": "2026-02-31"},
        {"about": "everything"},
        {"about": "ana@example.com"},
    ],
)
def test_garbage_is_refused_and_stands_in_no_address(
    auditor: Client, wrong: dict[str, str]
) -> None:
    posted, asked = auditor.post(LEDGER, wrong), auditor.get(LEDGER, wrong)

    assert posted.status_code == asked.status_code == 409
    assert 'role="alert"' in posted.content.decode()


def test_what_was_done_about_a_case_leads_to_the_case(auditor: Client) -> None:
    case = uuid4()
    olga = make_colleague("olga")
    note("settle_case", connection=None, subject=str(case), by=olga, at=now())

    page = auditor.get(LEDGER, {"who": olga.id}).content.decode()

    assert f'href="/console/exceptions/{case}/"' in page


@pytest.mark.parametrize("before", ["", "x", "2026-13-01~x", "2026-01-01", "\0", "~"])
def test_a_cut_that_is_none_begins_at_the_newest(auditor: Client, before: str) -> None:
    handle = revoke_one(make_colleague("olga", "Support 2"))

    assert handle in auditor.get(LEDGER, {"before": before}).content.decode()


def test_a_code_is_never_put_into_the_address(auditor: Client) -> None:
    code = issue_one().code

    posted = auditor.post(LEDGER, {"case": str(code)})

    assert posted.status_code == 409
    assert "Location" not in posted


def test_pages_tell_every_act_once_and_a_large_one_as_one_line(auditor: Client) -> None:
    olga = make_colleague("olga", "Support 2")
    large = issue_many(450)
    first = [revoke_one(olga) for _ in range(3)]
    units = [one.pk for one in large.purchase.entitlements.all()]
    revoke(entitlement_ids=units, reason="fraud", by=olga, at=now())
    rest = [revoke_one(olga) for _ in range(PAGE)]

    page = auditor.get(LEDGER).content.decode()
    seen = [handle for handle in [*first, *rest] if handle in page]
    [_, more] = page.split('rel="next"')[0].rsplit('href="', 1)
    older = auditor.get(LEDGER + more.rstrip('" ').replace("&amp;", "&")).content.decode()

    assert seen == rest
    assert "450 entitlements" in older
    assert [handle for handle in [*first, *rest] if handle in older] == first
    assert older.count("450 entitlements") == 1
    assert "Older ones" not in older


def test_an_act_shows_each_of_its_entries(auditor: Client) -> None:
    olga, many = make_colleague("olga", "Support 2"), issue_many(3)
    units = list(many.purchase.entitlements.all())
    revoke(entitlement_ids=[one.pk for one in units], reason="fraud", by=olga, at=now())
    act = Entry.objects.filter(act_name="revoke").first()
    assert act is not None

    page = auditor.get(f"{LEDGER}acts/{act.act}/").content.decode()

    assert all(one.handle in page for one in units)
    assert "issued → revoked" in page
    assert "being sealed" in page
    assert auditor.get(f"{LEDGER}acts/{uuid4()}/").status_code == 404


def test_what_was_done_beside_the_ledger_shows_before_and_after(auditor: Client) -> None:
    olga = make_colleague("olga")
    data = {"before": "Club", "after": "Kit"}
    note("map_product", connection=None, subject="sku:KIT", by=olga, at=now(), data=data)
    line = AuditEntry.objects.get()

    page = auditor.get(f"{LEDGER}remarks/{line.pk}/").content.decode()

    assert "Club" in page
    assert "Kit" in page
    assert "sku:KIT" in page
    assert auditor.get(f"{LEDGER}remarks/{uuid4()}/").status_code == 404


def test_the_spreadsheet_is_safe_and_that_it_was_taken_is_kept(auditor: Client) -> None:
    olga = make_colleague("olga", "Support 2")
    handle = revoke_one(olga, comment='=HYPERLINK("http://x")')
    seal()

    rows = list(csv.reader(io.StringIO(body(auditor.post(f"{LEDGER}export/", {"who": olga.id})))))

    assert rows[0][0].endswith("recorded_at")
    [row] = rows[1:]
    assert handle in row
    assert row[11].startswith("'=")
    assert row[-1] == str(Seal.objects.order_by("-seal_seq").values_list("seal_seq", flat=True)[0])
    kept = AuditEntry.objects.get(act="export")
    assert kept.actor_id == str(User.objects.get(username="auditor").pk)
    assert kept.data["query"] == f"who={olga.id}"


def test_a_refused_export_leaves_nothing(auditor: Client) -> None:
    assert auditor.post(f"{LEDGER}export/", {"since": "never"}).status_code == 302
    assert not AuditEntry.objects.exists()


def test_whoever_may_not_verify_or_export_is_not_shown_how(signed_in: SignedIn) -> None:
    issue_one()
    seal()
    support = signed_in("Support 1")

    page = support.get(CHAIN).content.decode()

    assert "Verify the ledger now" not in page
    assert "Export the chain" not in page
    assert support.post(f"{CHAIN}verify/").status_code == 403
    assert support.post(f"{CHAIN}export/").status_code == 403
    assert not Job.objects.exists()
    assert not AuditEntry.objects.exists()


def test_verifying_checks_every_link_and_keeps_what_it_found(auditor: Client) -> None:
    issue_many(5)
    seal()

    auditor.post(f"{CHAIN}verify/")
    assert "Verify the ledger now" not in auditor.get(CHAIN).content.decode()
    work_jobs()

    page = auditor.get(CHAIN).content.decode()
    assert "all 5 links were whole" in page
    assert AuditEntry.objects.get(act="verify_ledger").data == {"links": 5}
    assert not ExceptionCase.objects.exists()


@pytest.mark.parametrize(
    ("tampering", "told", "broken_at"),
    [
        ("UPDATE counterfoil_entry SET actor_id = 'x'", "not as it was sealed", 1),
        ("DELETE FROM counterfoil_seal WHERE seal_seq = 3", "A link is missing", 4),
        ("DELETE FROM counterfoil_seal WHERE seal_seq = 5", "A link is missing", 5),
        ("UPDATE counterfoil_seal SET prev = hash WHERE seal_seq = 2", "does not follow", 2),
        pytest.param(
            "DELETE FROM counterfoil_entry WHERE entitlement_id ="
            " (SELECT entitlement_id FROM counterfoil_seal WHERE seal_seq = 4)",
            "is gone",
            4,
            marks=pytest.mark.django_db(transaction=True),
        ),
        (
            "INSERT INTO counterfoil_entry SELECT entitlement_id, 2, purchase_id, act, act_name,"
            " NULL, to_state, to_state, actor_kind, actor_id, actor_display, on_behalf_of, reason,"
            " comment, at, recorded_at - interval '1 hour', judged_expiry, data, now()"
            " FROM counterfoil_entry LIMIT 1",
            "nobody sealed",
            None,
        ),
    ],
)
def test_verifying_finds_what_an_administrator_did(
    auditor: Client, tampering: str, told: str, broken_at: int | None
) -> None:
    issue_many(5)
    seal()
    auditor.post(f"{CHAIN}verify/")  # before: it knows of five links
    columns = [one.column for one in Entry._meta.concrete_fields]
    tamper(
        tampering.replace(
            "counterfoil_entry SELECT", f"counterfoil_entry ({', '.join(columns)}) SELECT"
        )
    )

    work_jobs()

    job = Job.objects.get()
    assert job.result["verdict"] == "broken"
    assert job.result["broken_at"] == broken_at
    assert told in auditor.get(CHAIN).content.decode()
    assert ExceptionCase.objects.get().kind == "invariant_broken"


def test_a_chain_made_anew_is_found_by_the_check_before_and_by_a_checkpoint(
    auditor: Client,
) -> None:
    issue_many(5)
    seal()
    auditor.post(f"{CHAIN}verify/")
    work_jobs()
    kept = head()
    tamper("UPDATE counterfoil_entry SET actor_id = 'x'; TRUNCATE counterfoil_seal")
    tamper("UPDATE counterfoil_entry SET dispatched_at = NULL")
    seal()

    auditor.post(f"{CHAIN}verify/")
    work_jobs()

    newest = Job.objects.order_by("-created_at")[0]
    assert newest.result["fault"] == "cut"
    compared = auditor.post(f"{CHAIN}compare/", {"checkpoint": f"{kept.number}:{kept.hash}"})
    assert "does not go through your checkpoint" in compared.content.decode()


def test_a_checkpoint_that_was_kept_is_compared(auditor: Client) -> None:
    issue_many(3)
    seal()
    kept = head()

    same = auditor.post(f"{CHAIN}compare/", {"checkpoint": f" {kept.number}: {kept.hash.upper()} "})
    wrong = auditor.post(f"{CHAIN}compare/", {"checkpoint": f"2:{kept.hash}"})
    beyond = auditor.post(f"{CHAIN}compare/", {"checkpoint": f"9:{kept.hash}"})

    assert "goes through your checkpoint at link 3" in same.content.decode()
    assert "does not go through" in wrong.content.decode()
    assert "does not go through" in beyond.content.decode()


@pytest.mark.parametrize("text", ["", "3", "x:" + "0" * 64, "3:abc", "9" * 20 + ":" + "0" * 64])
def test_what_is_no_checkpoint_says_so(auditor: Client, text: str) -> None:
    answer = auditor.post(f"{CHAIN}compare/", {"checkpoint": text})

    assert answer.status_code == 409
    assert "A checkpoint is a number" in answer.content.decode()


def test_asking_twice_to_verify_asks_once() -> None:
    issue_one()
    seal()
    olga = make_colleague("olga")

    one, two = (request_verification(by=olga, at=now()) for _ in range(2))

    assert one.pk == two.pk
    assert AuditEntry.objects.count() == 1


def test_a_chain_of_nothing_is_whole(auditor: Client) -> None:
    auditor.post(f"{CHAIN}verify/")
    work_jobs()

    assert Job.objects.get().result["verdict"] == "whole"
    assert auditor.post(f"{CHAIN}export/").status_code == 302


def outsider(path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the program as somebody does who has nothing but it and the export."""
    asked = [sys.executable, "-I", str(PROGRAM), str(path), *more]
    return subprocess.run(asked, capture_output=True, text=True, check=False)


@pytest.fixture
def exported(auditor: Client, tmp_path: Path) -> Path:
    olga = make_colleague("olga", "Support 2")
    revoke_one(olga, comment="Ünïcode, and a\nnew line")
    issue_many(3)
    by = Actor(kind=ActorKind.OPERATOR, id=olga.id, display="Olga", case="T-1")
    revoke_one(by)
    seal()
    path = tmp_path / "ledger.jsonl"
    path.write_text(body(auditor.post(f"{CHAIN}export/")), encoding="utf-8")
    return path


def test_an_outsider_verifies_the_export_with_nothing_of_ours(exported: Path) -> None:
    kept = head()

    told = outsider(exported, "--checkpoint", f"{kept.number}:{kept.hash}")

    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout == f"Whole: links 1 to {kept.number}. Head {kept.hash}\n"
    assert AuditEntry.objects.get(act="export").data["links"] == kept.number


@pytest.mark.parametrize("tampering", ["change", "remove", "cut", "cut_cleanly", "swap", "add"])
def test_an_outsider_finds_every_tampering(exported: Path, tampering: str) -> None:
    kept, lines = head(), exported.read_text(encoding="utf-8").splitlines(keepends=True)
    match tampering:
        case "change":
            lines[2] = lines[2].replace('"issue"', '"grant"')
        case "remove":
            del lines[1]
        case "cut":
            del lines[-1]
        case "cut_cleanly":
            last = json.loads(lines[-3])
            lines[-2:] = [json.dumps({"head": last["hash"], "number": last["number"]}) + "\n"]
        case "swap":
            lines[1], lines[2] = lines[2], lines[1]
        case "add":
            lines.append(lines[0])
    exported.write_text("".join(lines), encoding="utf-8")

    told = outsider(exported, "--checkpoint", f"{kept.number}:{kept.hash}")

    assert told.returncode == 1
    assert told.stderr.startswith("BROKEN: ")


@pytest.mark.parametrize("content", ["", "{}\n", "[]\n", "nonsense\n", '{"number": 1}\n'])
def test_what_is_no_export_is_not_called_whole(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(content)

    assert outsider(path).returncode in (1, 2)
    assert outsider(tmp_path / "nothing.jsonl").returncode == 2
