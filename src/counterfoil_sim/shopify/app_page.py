"""The page of the app: what the shop lets it do, what it asked for, and how the API misbehaves."""

from datetime import UTC, datetime
from html import escape

from counterfoil_sim.markup import POLICY, Frame, badge, button, code
from counterfoil_sim.responses import Response, as_html
from counterfoil_sim.shopify.admin_api import AdminApi, Call
from counterfoil_sim.shopify.base import TOPICS
from counterfoil_sim.world import Obj


def show(api: AdminApi, *, frame: Frame, problem: str = "", status: int = 200) -> Response:
    """Show the app as the shop sees it."""
    said = f'<p class="card problem" role="alert">{escape(problem)}</p>' if problem else ""
    subscriptions = list(api.shop.store.subscriptions.values())
    body = (
        said + _access(api) + _subscriptions(subscriptions) + _faults(api) + _calls(list(api.calls))
    )
    return as_html(frame.page("App", body, here="/app"), status=status, policy=POLICY)


def _access(api: AdminApi) -> str:
    app, shop = api.shop.app, api.shop.identity
    tokens = "<br>".join(map(code, app["tokens"])) or badge("revoked", "bad")
    secrets = "<br>".join(
        f"{code(one)}{' signs' if number == 0 else ''}" for number, one in enumerate(app["secrets"])
    )
    token = (
        button("Revoke the token", act="revoke_token")
        if app["tokens"]
        else button("Accept the token again", act="accept_token", main=True)
    )
    hidden = "Show buyers to the app" if not app["sees_buyers"] else "Hide buyers from the app"
    rows = (
        ("Shop", code(shop["domain"])),
        ("Access token", tokens),
        ("Secrets", f'{secrets}<br><span class="quiet">The oldest signs.</span>'),
        ("For what merchants subscribe to", code(shop["notification_secret"])),
        ("Sees buyers", badge("yes", "good") if app["sees_buyers"] else badge("no", "wait")),
        ("Scopes", f'<span class="quiet">{escape(", ".join(app["scopes"]))}</span>'),
    )
    cells = "".join(
        f'<tr><th>{name}</th><td class="wrap">{value}</td></tr>' for name, value in rows
    )
    buttons = (
        token
        + button("Rotate the secret", act="rotate_secret")
        + button("Revoke the oldest secret", act="revoke_secret")
        + button(hidden, act="show_buyers" if not app["sees_buyers"] else "hide_buyers")
        + button("Uninstall the app", act="uninstall")
        + button("Forget the shop", act="redact_shop")
    )
    return (
        f'<div class="card"><h2>Access</h2><table>{cells}</table>'
        f'<div class="row buttons">{buttons}</div></div>'
    )


def _subscriptions(subscriptions: list[Obj]) -> str:
    rows = "".join(
        f"<tr><td>{escape(one['topic'])}{'' if one['by_app'] else ' ' + badge('by a merchant')}"
        f'<br><span class="quiet wrap">{escape(one["uri"])}</span></td>'
        f'<td><div class="row">{button("Remove", act="unsubscribe", of=str(one["id"]))}</div></td>'
        "</tr>"
        for one in subscriptions
    )
    topics = "".join(f"<option>{topic}</option>" for topic in TOPICS)
    form = f"""<form method="post" action="/act" class="row">
<label class="line">Topic <select name="topic">{topics}</select></label>
<label class="line">Address <input type="url" name="address"></label>
<button name="act" value="subscribe">Subscribe as a merchant</button></form>"""
    empty = '<p class="quiet">The app hears nothing.</p>'
    remove = button("Remove all of the app", act="unsubscribe_all") if subscriptions else ""
    return (
        f'<div class="card"><h2>Subscriptions ({len(subscriptions)})</h2>'
        f"{f'<table>{rows}</table>' if rows else empty}"
        f'<div class="row buttons">{remove}</div>{form}</div>'
    )


def _faults(api: AdminApi) -> str:
    on = api.faults.switched_on()
    boxes = "".join(
        f'<label class="choice"><input type="checkbox" name="{name}" value="1"'
        f"{' checked' if name in on else ''}>{words}</label>"
        for name, words in api.faults.words()
    )
    return f"""<form class="card" method="post" action="/act"><h2>What goes wrong in the API</h2>
<div class="faults">{boxes}</div><button class="main" name="act" value="api_faults">Apply</button>
</form>"""


def _calls(calls: list[Call]) -> str:
    if not calls:
        return '<div class="card"><h2>Asked</h2><p class="quiet">Nothing was asked yet.</p></div>'
    rows = "".join(_call(one) for one in reversed(calls))
    return f"""<div class="card"><h2>Asked</h2><div class="scroll"><table>
<thead><tr><th>Time</th><th>Question</th><th>Answer</th><th class="number">Cost</th></tr></thead>
<tbody>{rows}</tbody></table></div></div>"""


def _call(call: Call) -> str:
    at = datetime.fromtimestamp(call.at, tz=UTC)
    told = "".join(f'<br><span class="wait">{escape(error)}</span>' for error in call.errors)
    mood = "bad" if call.status != 200 else "wait" if call.errors else "good"
    return (
        f'<tr><td class="quiet">{at:%H:%M:%S}</td><td>{escape(call.name)}{told}</td>'
        f'<td>{badge(str(call.status), mood)}</td><td class="number">{call.cost}</td></tr>'
    )
