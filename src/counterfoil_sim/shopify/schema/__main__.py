"""Take over a schema that Shopify has published."""

import sys
from pathlib import Path

from counterfoil_sim.shopify.schema import FILE, pack

Path(__file__).with_name(FILE).write_bytes(pack(Path(sys.argv[1])))
