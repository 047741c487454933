"""
A real PostgreSQL that lives in a directory, for trying things out, for tests and for small shops.

The server programs come from a wheel; :mod:`.programs` is the only module that knows which. We
drive ``initdb`` and ``pg_ctl`` ourselves, because the wheel's own wrapper creates a system user
and opens the permissions of every parent directory when it runs as root.
"""

from .programs import EmbeddedUnavailable, programs_dir
from .server import EmbeddedPostgres

__all__ = ["EmbeddedPostgres", "EmbeddedUnavailable", "programs_dir"]
