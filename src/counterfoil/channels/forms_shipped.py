"""What the channels we bring ask of whoever connects them."""

from collections.abc import Mapping

from counterfoil.channels.forms import ChannelForm, Kind, Option, Secret

STATUS = Option(
    name="write_back.status",
    label="Show at the order what became of it",
    kind=Kind.YES_NO,
    hint="A status that staff of the shop read; never a code.",
)
CLAIM_LINK = Option(
    name="write_back.claim_link",
    label="Show at the order where its codes are used",
    kind=Kind.YES_NO,
)
SHIPPED: Mapping[str, ChannelForm] = {
    "native": ChannelForm(
        title="Our own checkout",
        summary="Carts on our pages, with a test payment. Real money is paid through Stripe.",
        options=(
            Option(
                name="pay_url",
                label="Pay page of your own",
                hint="Where a cart is paid, with {cart} in it. Empty: our test payment.",
                pattern=r"https?://\S*\{cart\}\S*|/\S*\{cart\}\S*",
            ),
        ),
        secrets=(
            Secret(
                name="secrets",
                label="Signing secret",
                hint="What our own messages are signed with. Left empty, one is made up.",
                is_list=True,
                made_here=True,
                pattern=r"\S{16,200}",
            ),
        ),
    ),
    "stripe": ChannelForm(
        title="Stripe Checkout",
        summary="Checkout sessions and payment links of one Stripe account.",
        options=(
            Option(
                name="modes",
                label="Kinds of sessions",
                kind=Kind.LIST,
                hint="One a line. Empty: payment, and no other.",
            ),
        ),
        secrets=(
            Secret(
                name="api_key",
                label="Restricted key",
                hint="It begins with rk_ or sk_, and is of the same account and mode.",
                pattern=r"(rk|sk)_\S{3,300}",
            ),
            Secret(
                name="webhook_secrets",
                label="Signing secret of the endpoint",
                hint="It begins with whsec_.",
                is_list=True,
                pattern=r"whsec_\S{1,300}",
            ),
        ),
        steps=(
            "In Stripe, under Developers, Webhooks, add an endpoint with the address {address}.",
            "Let it send the events of checkout sessions, payment intents, charges, refunds and"
            " disputes; what is missing, the test here adds.",
            "Copy the endpoint's signing secret here.",
            "Make a restricted key: write Checkout Sessions and Webhook Endpoints; read Payment"
            " Intents, Charges, Refunds, Disputes, Events, Products and Prices. Copy it here.",
        ),
    ),
    "shopify": ChannelForm(
        title="Shopify",
        summary="One shop, online and at its till.",
        options=(
            Option(
                name="shop",
                label="Shop",
                hint="Written as name.myshopify.com.",
                required=True,
                pattern=r"[a-z0-9][a-z0-9-]{0,99}\.myshopify\.com",
                sends_secrets=True,
            ),
            Option(
                name="authorized",
                label="When money is only reserved",
                kind=Kind.CHOICE,
                choices=(("wait", "wait until it is taken"), ("issue", "issue at once")),
            ),
            STATUS,
            CLAIM_LINK,
            Option(
                name="write_back.fulfil",
                label="Mark as fulfilled what was issued",
                kind=Kind.CHOICE,
                choices=(("digital", "what needs no parcel"), ("all", "everything issued")),
                hint="Nothing chosen: nothing is marked.",
            ),
            Option(
                name="write_back.tags",
                label="Tags to put on the order",
                kind=Kind.LIST,
                hint="One a line.",
            ),
        ),
        secrets=(
            Secret(
                name="access_token",
                label="Admin API access token",
                hint="It begins with shpat_.",
                pattern=r"shp[a-z]{2}_\S{1,300}",
            ),
            Secret(
                name="app_secrets",
                label="API secret key of the app",
                hint="It signs what the app subscribed to.",
                is_list=True,
                newest_last=True,
            ),
            Secret(
                name="shop_secret",
                label="Key of notifications made by hand",
                hint="Only if somebody made webhooks under Settings, Notifications.",
                required=False,
            ),
        ),
        steps=(
            "In Shopify's admin, under Settings, Apps and sales channels, Develop apps, make an"
            " app.",
            "Allow it read_orders, read_all_orders, read_customers and, with Shopify Payments,"
            " read_shopify_payments_disputes; write_orders to show something at the order.",
            "Install it. Copy its access token and its API secret key here.",
            "There are no webhooks to make: the test here makes them, and puts back what is gone.",
        ),
    ),
    "woocommerce": ChannelForm(
        title="WooCommerce",
        summary="One WordPress shop.",
        options=(
            Option(
                name="site_url",
                label="Address of the shop",
                hint="With https, such as https://shop.example.",
                required=True,
                pattern=r"https://[^\s?#@]+"
                r"|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/[^\s?#@]*)?",
                sends_secrets=True,
            ),
            Option(
                name="statuses",
                label="What statuses of plugins mean",
                kind=Kind.PAIRS,
                choices=(("paid", "paid"), ("waiting", "waiting"), ("dead", "dead")),
                hint="One a line, such as returned = dead. Known are paid, waiting and dead.",
            ),
            Option(
                name="locale",
                label="Language of buyers of whom nothing says it",
                hint="Such as de.",
                pattern=r"[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})?",
            ),
            STATUS,
            CLAIM_LINK,
        ),
        secrets=(
            Secret(
                name="consumer_key",
                label="Consumer key",
                hint="It begins with ck_.",
                pattern=r"ck_\S{1,300}",
            ),
            Secret(
                name="consumer_secret",
                label="Consumer secret",
                hint="It begins with cs_.",
                pattern=r"cs_\S{1,300}",
            ),
            Secret(
                name="webhook_secrets",
                label="Secret of the webhooks",
                hint="At least eight letters and digits. Left empty, one is made up.",
                is_list=True,
                made_here=True,
                pattern=r"[A-Za-z0-9_-]{8,200}",
            ),
        ),
        steps=(
            "In the shop, under WooCommerce, Settings, Advanced, REST API, add a key that may read"
            " and write. Copy the consumer key and the consumer secret here.",
            "There are no webhooks to make: the test here makes them, and puts back what is gone.",
        ),
    ),
    "partner": ChannelForm(
        title="A partner's system",
        summary="A reseller tells us over the API what it sold.",
        is_told=True,
        takes_partner=True,
    ),
    "coupled": ChannelForm(
        title="A coupled checkout",
        summary="A shop that makes account and subject before the payment tells us over the API.",
        is_told=True,
    ),
    "order_file": ChannelForm(
        title="Order files",
        summary="Procurement and marketplaces send spreadsheets; they are uploaded here.",
        options=(
            Option(
                name="currency",
                label="Currency, where a file says none",
                hint="Three letters, such as EUR.",
                pattern=r"[A-Z]{3}",
            ),
        ),
        is_told=True,
        takes_partner=True,
    ),
    "point_of_sale": ChannelForm(
        title="A till",
        summary="Printed codes are sold over a counter, one by one.",
        is_told=True,
    ),
}
