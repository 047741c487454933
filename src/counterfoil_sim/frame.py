"""What is around every page of the simulated Stripe."""

from counterfoil_sim.markup import Frame

STRIPE = Frame(
    name="Stripe",
    places=(
        ("/", "Payments"),
        ("/deliveries", "Deliveries"),
        ("/mail", "Mail"),
        ("/registry", "Registry"),
    ),
)
page = STRIPE.page
