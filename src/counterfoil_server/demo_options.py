"""What can be asked of a demo on the command line."""

import argparse
from dataclasses import dataclass
from pathlib import Path

DIRECTORY = Path(".counterfoil/demo")


@dataclass(frozen=True, kw_only=True)
class Demo:
    """What was asked for."""

    directory: Path
    host: str
    port: int
    sim_port: int
    shopify_port: int
    reset: bool

    @classmethod
    def from_arguments(cls, given: argparse.Namespace) -> "Demo":
        """Read the command line."""
        return cls(
            directory=given.dir,
            host=given.host,
            port=given.port,
            sim_port=given.sim_port,
            shopify_port=given.shopify_port,
            reset=given.reset,
        )

    @property
    def _reached_at(self) -> str:
        return "127.0.0.1" if self.host == "0.0.0.0" else self.host  # noqa: S104 - compared only

    @property
    def site_url(self) -> str:
        """Where the shop is."""
        return f"http://{self._reached_at}:{self.port}"

    @property
    def sim_url(self) -> str:
        """Where the simulated Stripe is."""
        return f"http://{self._reached_at}:{self.sim_port}"

    @property
    def shopify_url(self) -> str:
        """Where the simulated Shopify is."""
        return f"http://{self._reached_at}:{self.shopify_port}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the demo takes."""
    parser.add_argument("--reset", action="store_true", help="forget everything and start over")
    parser.add_argument("--port", type=int, default=8000, help="of the shop (default: 8000)")
    parser.add_argument("--sim-port", type=int, default=8010, help="of Stripe (default: 8010)")
    parser.add_argument("--shopify-port", type=int, default=8020, help="of Shopify (default: 8020)")
    parser.add_argument("--host", default="127.0.0.1", help="to listen on: only this machine")
    parser.add_argument(
        "--dir",
        type=Path,
        default=DIRECTORY,
        help="for data, secrets, logs",
    )
