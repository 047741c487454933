"""The Admin API over the wire."""

from typing import Any

from counterfoil_sim.shopify import Shopify, ShopifyServer
from counterfoil_sim.shopify.line_bodies import gid
from tests.simulated import Clock
from tests.simulated_shopify import HOOK, Ask, order_gid

ORDER = """query($id: ID!) { order(id: $id) {
    id legacyResourceId name email test displayFinancialStatus displayFulfillmentStatus tags
    updatedAt cancelledAt customAttributes { key value } customer { firstName lastName }
    disputes { initiatedAs status }
    totalPriceSet { shopMoney { amount currencyCode } }
    lineItems(first: 2) { nodes { id sku quantity currentQuantity refundableQuantity }
                          pageInfo { hasNextPage endCursor } }
    refunds(first: 5) { totalRefundedSet { shopMoney { amount } }
        refundLineItems(first: 5) { nodes { quantity restockType lineItem { sku } } } }
    fulfillmentOrders(first: 5) { nodes { id status supportedActions { action }
        assignedLocation { location { id } }
        lineItems(first: 5) { nodes { id remainingQuantity totalQuantity lineItem { id } } } } }
    metafield(namespace: "$app", key: "status") { value compareDigest }
} }"""
ORDERS = """query($q: String, $after: String, $first: Int = 2) {
    orders(query: $q, after: $after, first: $first, sortKey: UPDATED_AT) {
        nodes { name } pageInfo { hasNextPage endCursor } } }"""
FULFIL = """mutation($it: FulfillmentInput!) { fulfillmentCreate(fulfillment: $it) {
    fulfillment { id status totalQuantity trackingInfo { url } } userErrors { message } } }"""
SET = """mutation($it: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $it) {
    metafields { value compareDigest } userErrors { code elementIndex } } }"""
REFUND = """mutation($it: RefundInput!, $key: String!) {
    refundCreate(input: $it) @idempotent(key: $key) {
        refund { id totalRefundedSet { shopMoney { amount } } } userErrors { message } } }"""
SUBSCRIBE = """mutation($topic: WebhookSubscriptionTopic!, $it: WebhookSubscriptionInput!) {
    webhookSubscriptionCreate(topic: $topic, webhookSubscription: $it) {
        webhookSubscription { id topic uri name } userErrors { field message } } }"""
IDENTITY = "{ shop { myshopifyDomain } currentAppInstallation { accessScopes { handle } } }"


def fulfilment(order: Any, quantity: int) -> dict[str, Any]:
    number = order["lines"][0]["id"] * 10 + 5
    line = {"id": gid("FulfillmentOrderLineItem", number), "quantity": quantity}
    whole = gid("FulfillmentOrder", order["id"] * 10 + 1)
    lines = {"fulfillmentOrderId": whole, "fulfillmentOrderLineItems": [line]}
    return {"lineItemsByFulfillmentOrder": [lines], "trackingInfo": {"url": "https://x.test/c"}}


def note(order: Any, value: str, **more: Any) -> list[dict[str, Any]]:
    own = {"ownerId": order_gid(order), "namespace": "$app", "key": "status", "type": "json"}
    return [own | {"value": value} | more]


def test_reads_an_order(shopify: Shopify, ask: Ask) -> None:
    order = shopify.place_order({"DNA-STD": 3, "MUG": 1}, attributes={"cf_gift": "true"})
    shopify.refund(order["id"], {"DNA-STD": 1}, restock="return")
    shopify.dispute(order["id"])

    told = ask(ORDER, id=order_gid(order))["data"]["order"]

    assert told["legacyResourceId"] == str(order["id"])
    assert (told["displayFinancialStatus"], told["test"]) == ("PARTIALLY_REFUNDED", True)
    assert told["totalPriceSet"]["shopMoney"] == {"amount": "351.00", "currencyCode": "USD"}
    assert [one["currentQuantity"] for one in told["lineItems"]["nodes"]] == [2, 1]
    assert told["refunds"][0]["refundLineItems"]["nodes"] == [
        {"quantity": 1, "restockType": "RETURN", "lineItem": {"sku": "DNA-STD"}}
    ]
    assert told["disputes"] == [{"initiatedAs": "CHARGEBACK", "status": "NEEDS_RESPONSE"}]
    assert told["customer"] == {"firstName": "Ann", "lastName": "Buyer"}
    digital, shipped = told["fulfillmentOrders"]["nodes"]
    assert [one["remainingQuantity"] for one in digital["lineItems"]["nodes"]] == [2]
    assert shipped["assignedLocation"] != digital["assignedLocation"]


def test_knows_no_other_order(ask: Ask) -> None:
    for reference in (gid("Order", 7), gid("Refund", 7), "7"):
        assert ask(ORDER, id=reference)["data"] == {"order": None}


def test_searches_by_what_changed(shopify: Shopify, ask: Ask, clock: Clock) -> None:
    for _ in range(3):
        shopify.place_order({"DNA-STD": 1}, payment="pending")
        clock.time += 60
    first, second, _ = [one["id"] for one in shopify.store.orders.values()]
    shopify.pay(first)

    def names(query: str) -> list[str]:
        found = ask(ORDERS, q=query, first=9)["data"]["orders"]["nodes"]
        return [one["name"] for one in found]

    assert names("") == ["#1002", "#1003", "#1001"]
    assert names("updated_at:>='2026-11-21T09:02:00Z'") == ["#1003", "#1001"]
    assert names("updated_at:>'2026-11-21T09:02:00Z' financial_status:paid") == ["#1001"]
    assert names("created_at:<2026-11-21T09:01:00Z AND financial_status:paid") == ["#1001"]
    assert names(f"id:>{second}") == ["#1003"]
    assert "Not simulated" in ask(ORDERS, q="colour:red")["errors"][0]["message"]


def test_pages_through_what_moves(shopify: Shopify, ask: Ask, clock: Clock) -> None:
    for _ in range(3):
        shopify.place_order({"DNA-STD": 1})
        clock.time += 60
    page = ask(ORDERS)["data"]["orders"]
    assert [one["name"] for one in page["nodes"]] == ["#1001", "#1002"]
    shopify.refund_amount(next(iter(shopify.store.orders)), 100)  # and so it moves to the end

    rest = ask(ORDERS, after=page["pageInfo"]["endCursor"])["data"]["orders"]

    assert [one["name"] for one in rest["nodes"]] == ["#1003", "#1001"]
    assert rest["pageInfo"]["hasNextPage"] is False
    assert "Invalid cursor" in ask(ORDERS, after="x")["errors"][0]["message"]


def test_shows_only_sixty_days_without_the_scope_for_all(
    shopify: Shopify, ask: Ask, clock: Clock
) -> None:
    order = shopify.place_order({"DNA-STD": 1})
    clock.time += 61 * 86400
    assert ask(ORDER, id=order_gid(order))["data"]["order"] is not None
    shopify.app["scopes"].remove("read_all_orders")
    assert ask(ORDER, id=order_gid(order))["data"]["order"] is None


def test_fulfils_what_is_left_and_no_more(shopify: Shopify, ask: Ask) -> None:
    order = shopify.place_order({"DNA-STD": 3})
    shopify.refund(order["id"], {"DNA-STD": 1})

    refused = ask(FULFIL, it=fulfilment(order, 3))["data"]["fulfillmentCreate"]
    done = ask(FULFIL, it=fulfilment(order, 2))["data"]["fulfillmentCreate"]
    again = ask(FULFIL, it=fulfilment(order, 1))["data"]["fulfillmentCreate"]

    assert "Invalid" in refused["userErrors"][0]["message"]
    assert (done["userErrors"], done["fulfillment"]["totalQuantity"]) == ([], 2)
    assert done["fulfillment"]["trackingInfo"] == [{"url": "https://x.test/c"}]
    assert "unfulfillable status= closed" in again["userErrors"][0]["message"]
    assert shopify.order(order["id"])["lines"][0]["fulfilled"] == 2


def test_fulfils_nothing_of_what_was_cancelled(shopify: Shopify, ask: Ask) -> None:
    order = shopify.place_order({"DNA-STD": 1})
    shopify.cancel(order["id"])
    assert ask(FULFIL, it=fulfilment(order, 1))["data"]["fulfillmentCreate"]["userErrors"]
    assert ask(FULFIL, it={"lineItemsByFulfillmentOrder": []})["data"]["fulfillmentCreate"][
        "userErrors"
    ]


def test_sets_a_metafield_only_over_what_was_read(shopify: Shopify, ask: Ask) -> None:
    order = shopify.place_order({"DNA-STD": 1})

    def put(value: str, **more: Any) -> Any:
        return ask(SET, it=note(order, value, **more))["data"]["metafieldsSet"]

    [made] = put('{"v":1}', compareDigest=None)["metafields"]
    stale = [{"code": "STALE_OBJECT", "elementIndex": 0}]
    assert put('{"v":2}', compareDigest=None)["userErrors"] == stale
    assert put('{"v":2}', compareDigest=made["compareDigest"])["userErrors"] == []
    assert put('{"v":3}', compareDigest=made["compareDigest"])["userErrors"] == stale
    assert put("{half")["userErrors"][0]["code"] == "INVALID_VALUE"
    kept = ask(ORDER, id=order_gid(order))["data"]["order"]["metafield"]
    assert kept["value"] == '{"v":2}'


def test_refunds_once_for_each_key(shopify: Shopify, ask: Ask) -> None:
    order = shopify.place_order({"DNA-STD": 3})
    line = {"lineItemId": gid("LineItem", order["lines"][0]["id"]), "quantity": 1}
    money = {"amount": "114.00", "gateway": "bogus", "kind": "REFUND", "orderId": order_gid(order)}
    wanted = {"orderId": order_gid(order), "refundLineItems": [line], "transactions": [money]}

    first = ask(REFUND, it=wanted, key="k")["data"]["refundCreate"]
    again = ask(REFUND, it=wanted, key="k")["data"]["refundCreate"]
    other = ask(REFUND, it=wanted | {"note": "x"}, key="k")
    bare = ask(REFUND.replace("@idempotent(key: $key)", ""), it=wanted, key="k")
    too_much = ask(REFUND, it=wanted | {"refundLineItems": [line | {"quantity": 9}]}, key="l")

    assert first == again
    assert first["refund"]["totalRefundedSet"] == {"shopMoney": {"amount": "114.00"}}
    assert other["errors"][0]["extensions"]["code"] == "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"
    assert bare["errors"]
    assert "only 2 are left" in too_much["data"]["refundCreate"]["userErrors"][0]["message"]
    assert len(shopify.order(order["id"])["refunds"]) == 1


def test_subscribes_once_to_each_topic_and_address(shopify: Shopify, ask: Ask) -> None:
    def subscribe(**to: Any) -> Any:
        return ask(SUBSCRIBE, topic="ORDERS_PAID", it=to)["data"]["webhookSubscriptionCreate"]

    assert "already been taken" in subscribe(uri=HOOK)["userErrors"][0]["message"]
    assert subscribe(uri="not an address")["webhookSubscription"] is None
    shopify.remove_subscriptions()
    made = subscribe(uri=HOOK, name="mine")["webhookSubscription"]
    assert (made["topic"], made["uri"], made["name"]) == ("ORDERS_PAID", HOOK, "mine")
    [listed] = ask("{ webhookSubscriptions(first: 9) { nodes { id } } }")["data"][
        "webhookSubscriptions"
    ]["nodes"]
    delete = "mutation($id: ID!) { webhookSubscriptionDelete(id: $id) { userErrors { message } } }"
    assert ask(delete, id=listed["id"])["data"]["webhookSubscriptionDelete"]["userErrors"] == []
    assert ask(delete, id=listed["id"])["data"]["webhookSubscriptionDelete"]["userErrors"] != []
    assert shopify.store.subscriptions == {}


def test_lets_in_only_whom_it_knows(shopify: Shopify, ask: Ask) -> None:
    ask(IDENTITY, token="shpat_wrong", status=401)
    ask(IDENTITY, version="2026-07", status=404)
    shopify.revoke_token()
    ask(IDENTITY, status=401)
    ask(IDENTITY, token=shopify.issue_token())
    shopify.uninstall()
    ask(IDENTITY, token="", status=401)


def test_denies_what_the_app_may_not(shopify: Shopify, ask: Ask) -> None:
    shopify.show_buyers(shown=False)
    order = shopify.place_order({"DNA-STD": 1})
    told = ask(ORDER, id=order_gid(order))
    assert {one["extensions"]["code"] for one in told["errors"]} == {"ACCESS_DENIED"}
    assert (told["data"]["order"]["email"], told["data"]["order"]["name"]) == (None, "#1001")
    shopify.app["scopes"].clear()
    assert ask(ORDER, id=order_gid(order))["data"] == {"order": None}
    assert ask(SET, it=note(order, "1"))["errors"]
    assert shopify.store.metafields == {}


def test_says_what_is_not_simulated(shopify: Shopify, ask: Ask) -> None:
    order = shopify.place_order({"DNA-STD": 1})
    [error] = ask("query($id: ID!) { order(id: $id) { colour } }", id=order_gid(order))["errors"]
    assert "Cannot query field 'colour' on type 'Order'" in error["message"]
    [error] = ask("query($id: ID!) { order(id: $id) { riskLevel } }", id=order_gid(order))["errors"]
    assert error["message"] == "Order.riskLevel is not simulated"


def test_counts_what_a_question_costs(
    shopify_server: ShopifyServer, ask: Ask, clock: Clock
) -> None:
    cost = ask(ORDERS, first=100)["extensions"]["cost"]
    assert cost["requestedQueryCost"] == 102
    assert cost["throttleStatus"]["restoreRate"] == 100.0
    large = "{ orders(first: 250) { nodes { lineItems(first: 9) { nodes { id } } } } }"
    [error] = ask(large)["errors"]
    assert error["extensions"]["code"] == "MAX_COST_EXCEEDED"
    shopify_server.api.switch(small_bucket=True)
    answers = [ask(SUBSCRIBE, topic="ORDERS_PAID", it={"uri": HOOK}) for _ in range(201)]
    refused = [one for one in answers if "errors" in one]
    assert {one["errors"][0]["extensions"]["code"] for one in refused} == {"THROTTLED"}
    clock.time += 1
    assert "data" in ask(IDENTITY)


def test_misbehaves_as_it_is_told(
    shopify: Shopify, shopify_server: ShopifyServer, ask: Ask
) -> None:
    api = shopify_server.api
    api.throttle(1)
    throttled = ask(IDENTITY)
    assert throttled["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert throttled["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"] == 0
    assert "data" in ask(IDENTITY)
    api.switch(too_many=True)
    ask(IDENTITY, status=429)
    api.switch(too_many=False, unavailable=True)
    ask(IDENTITY, status=503)
    api.switch(unavailable=False, refusing=True)
    order = shopify.place_order({"DNA-STD": 1})
    assert ask(SET, it=note(order, "1"))["data"]["metafieldsSet"]["userErrors"] != []
    assert shopify.store.metafields == {}
    assert [call.status for call in api.calls] == [200, 200, 429, 503, 200]
