"""How the documentation is built: `make docs`."""

from importlib.metadata import version as version_of

project = "Counterfoil"
author = "The Counterfoil authors"
release = version = version_of("counterfoil")
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "images"]
html_theme = "furo"
html_title = f"Counterfoil {version}"
