"""The page on which Houndwell is tried: all that its customers and its lab see, in one place."""

from collections.abc import Sequence
from html import escape

from houndwell.store import Store

STYLE = """:root{color-scheme:light dark;--page:#f3f6f4;--card:#fff;--ink:#13231d;--soft:#4d6158;
--line:#d5dfd9;--edge:#6f8078;--go:#175c45;--on:#fff;--note:#fff3d6;--noted:#4a3500}
@media(prefers-color-scheme:dark){:root{--page:#0f1613;--card:#18211d;--ink:#e6efe9;--soft:#a3b5ac;
--line:#2b3832;--edge:#6f8078;--go:#7ed3b0;--on:#06271b;--note:#372c10;--noted:#ffe3a3}}
*{box-sizing:border-box}body{font:1rem/1.6 system-ui,sans-serif;max-width:66rem;margin:0 auto;
padding:1.5rem 1rem;background:var(--page);color:var(--ink);overflow-wrap:anywhere}
h1{font-family:Georgia,serif;margin:0}h2{font-size:1.1rem;margin:.2rem 0 .8rem}
p{margin:.4rem 0}.soft{color:var(--soft)}
main{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(17rem,100%),1fr));gap:1rem;
margin-top:1rem}section{background:var(--card);border:1px solid var(--line);border-radius:14px;
padding:1rem 1.25rem}form{display:flex;flex-direction:column;gap:.6rem}
input,select{display:block;width:100%;min-height:2.75rem;padding:.4rem .7rem;font:inherit;
border:1px solid var(--edge);border-radius:8px;background:var(--page);color:inherit}
button{align-self:start;min-height:2.75rem;padding:.4rem 1.2rem;border:0;border-radius:99px;
background:var(--go);color:var(--on);font:inherit;font-weight:600;cursor:pointer}
:focus-visible{outline:3px solid var(--go);outline-offset:2px}
ul{padding-left:1.1rem;margin:.4rem 0}li{margin:.3rem 0}.wide{grid-column:1/-1}
.note{background:var(--note);color:var(--noted);padding:.6rem 1rem;border-radius:10px;
margin-top:1rem}"""

DONE = {
    "/orders": "Paid: order {}. The letter with its code is below.",
    "/claims": "The code is used, and the kit is yours. Say which dog it is for.",
    "/dogs": "Noted: {}. The lab hears of it in a moment, by Counterfoil's event.",
    "/gifts": "A letter with the code went to {}.",
    "/refunds": "The money of order {} went back. The lab hears of it in a moment.",
    "/catch-ups": "Events in the feed that no webhook had told us of: {}.",
}
LOOKS_AGAIN = {"/dogs", "/refunds"}

Choice = tuple[str, str]


def page(store: Store, *, done: str = "", about: str = "", refused: str = "") -> str:
    """Write it, with what was done just now, or why it was not."""
    said = refused or DONE.get(done, "").format(about)
    orders = [
        (reference, f"{reference}, {mail}")
        for reference, mail in store.rows("SELECT * FROM orders ORDER BY rowid DESC")
    ]
    kits = [
        (entitlement, f"the kit of {holder}")
        for entitlement, holder in store.rows(
            "SELECT entitlement, holder FROM kits WHERE holder IS NOT NULL ORDER BY rowid DESC"
        )
    ]
    samples = [
        f"{escape(dog)}, of {escape(holder)}"
        for holder, dog in store.rows("SELECT holder, dog FROM samples")
    ]
    letters = [
        f"<b>{escape(mail)}</b> {escape(text)}"
        for mail, text in store.rows("SELECT mail, text FROM letters ORDER BY id DESC LIMIT 20")
    ]
    parts = (
        _form("Buy a kit", "/orders", _input("mail", "Your address", "email"), "Buy"),
        _form(
            "Use a code",
            "/claims",
            _input("mail", "Your address", "email") + _input("code", "Code"),
            "Use it",
        ),
        _form(
            "Which dog is it for?",
            "/dogs",
            _select("entitlement", "Kit", kits) + _input("dog", "The dog's name"),
            "Say so",
        ),
        _form(
            "Give it to somebody",
            "/gifts",
            _select("order", "Order", orders) + _input("to", "Their address", "email"),
            "Send the code",
        ),
        _form(
            "Give the money back",
            "/refunds",
            _select("order", "Order", orders),
            "Give it back",
        ),
        f"<section><h2>The lab waits for</h2>{_list(samples)}<form method=post action=/catch-ups>"
        "<button>Catch up by the feed</button></form></section>",
        f"<section class=wide><h2>Letters, the newest first</h2>{_list(letters)}</section>",
    )
    again = "<meta http-equiv=refresh content='4;url=/'>" if done in LOOKS_AGAIN else ""
    note = f"<p class=note role=status>{escape(said)}</p>" if said else ""
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Houndwell</title>{again}"
        "<meta name=viewport content='width=device-width, initial-scale=1'>"
        f"<link rel=icon href='data:,'><style>{STYLE}</style><h1>Houndwell</h1>"
        "<p class=soft>A platform that knows Counterfoil by its API and its events only.</p>"
        f"{note}<main>{''.join(parts)}</main></html>"
    )


def _form(title: str, action: str, fields: str, button: str) -> str:
    return (
        f"<section><h2>{title}</h2><form method=post action={action}>{fields}"
        f"<button>{button}</button></form></section>"
    )


def _input(name: str, label: str, kind: str = "text") -> str:
    return f"<label>{label}<input name={name} type={kind} autocomplete=off required></label>"


def _select(name: str, label: str, choices: Sequence[Choice]) -> str:
    options = "".join(f"<option value='{escape(v)}'>{escape(said)}" for v, said in choices)
    none = "" if choices else "<option value=''>none yet"
    return f"<label>{label}<select name={name} required>{options}{none}</select></label>"


def _list(lines: Sequence[str]) -> str:
    return (
        f"<ul>{''.join(f'<li>{one}' for one in lines)}</ul>" if lines else "<p class=soft>Nothing."
    )
