"""
Verify an export of the ledger, with nothing but Python 3.9 or newer.

    python3 verify_ledger.py ledger.jsonl
    python3 verify_ledger.py ledger.jsonl --checkpoint 1204:9f3c...

Each line of the export is one link: its number, the hash before it, its own hash, and the entry.
The hash of a link is SHA-256 over the hash before and the fields of the entry in the order of
FIELDS: the length of each in bytes (4 bytes, big-endian; -1 stands for nothing at all), then its
text in UTF-8. The first link follows a single zero byte. The last line names the head.

Whoever kept a checkpoint (number and hash) can show besides that nothing was cut off and nothing
was written anew since: pass it with --checkpoint. Exit status 0: whole; 1: broken; 2: unreadable.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import struct
import sys
from collections.abc import Iterable, Mapping

FIELDS = (
    "entitlement_id",
    "seq",
    "purchase_id",
    "act",
    "act_name",
    "move",
    "from_state",
    "to_state",
    "actor_kind",
    "actor_id",
    "actor_display",
    "on_behalf_of",
    "reason",
    "comment",
    "at",
    "recorded_at",
    "judged_expiry",
    "data",
)


class Broken(Exception):
    """The chain is not whole; the words say where."""


def entry_bytes(entry: Mapping[str, str | None]) -> bytes:
    """Write the fields of an entry one after the other, each with its length."""
    parts = []
    for name in FIELDS:
        text = entry[name]
        encoded = b"" if text is None else text.encode()
        parts.append(struct.pack(">i", -1 if text is None else len(encoded)) + encoded)
    return b"".join(parts)


def verify(lines: Iterable[str], checkpoints: Mapping[int, str]) -> tuple[int, int, str]:
    """Give the first link, the last and its hash, or say what is broken."""
    first, number, head, named = 0, 0, b"", None
    waiting = dict(checkpoints)
    for line in lines:
        link = json.loads(line)
        if named is not None:
            raise Broken("There are links after the last line.")
        if "head" in link:
            named = (link["number"], link["head"])
            continue
        if not first:
            first = number = link["number"]
            head = b"\x00" if number == 1 else bytes.fromhex(link["prev"])
        else:
            number += 1
        if link["number"] != number:
            raise Broken(f"Link {number} is missing.")
        if bytes.fromhex(link["prev"]) != head:
            raise Broken(f"Link {number} does not follow the one before.")
        if link["entry"]["seq"] is None:
            raise Broken(f"The entry of link {number} is gone.")
        head = hashlib.sha256(head + entry_bytes(link["entry"])).digest()
        if head.hex() != link["hash"]:
            raise Broken(f"The entry of link {number} was changed.")
        if waiting.pop(number, head.hex()) != head.hex():
            raise Broken(f"The chain does not go through the checkpoint at {number}.")
    if named is None:
        raise Broken("The last line is missing: the export was cut off.")
    if named != (number, head.hex()):
        raise Broken("The last line names another head.")
    if waiting:
        raise Broken(f"The export does not reach the checkpoint at {min(waiting)}.")
    return first, number, head.hex()


def main() -> int:
    """Read the arguments, and say what was found."""
    parser = argparse.ArgumentParser(description="Verify an export of the ledger.")
    parser.add_argument("file", help="the export, one link a line")
    parser.add_argument(
        "--checkpoint", action="append", default=[], metavar="NUMBER:HASH", help="kept elsewhere"
    )
    given = parser.parse_args()
    try:
        pairs = (one.partition(":") for one in given.checkpoint)
        checkpoints = {int(number): kept.strip().lower() for number, _, kept in pairs}
        with open(given.file, encoding="utf-8") as lines:
            first, last, head = verify(lines, checkpoints)
    except Broken as broken:
        sys.stderr.write(f"BROKEN: {broken}\n")
        return 1
    except (OSError, LookupError, TypeError, AttributeError, ValueError) as error:
        sys.stderr.write(f"This cannot be read: {error}\n")
        return 2
    sys.stdout.write(f"Whole: links {first} to {last}. Head {head}\n")
    if first != 1:
        sys.stdout.write(f"What came before link {first} is not in this export.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
