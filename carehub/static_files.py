"""Static files in production: each under a name with its content's hash, also where one script imports another."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage

# As the formatter writes it. Django's own pattern would also follow what packages' scripts say in comments.
IMPORT = (r'(?P<matched>from "(?P<url>\.{1,2}/[^"]+)";)', 'from "%(url)s";')


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Without this an imported script would keep its plain name, and a browser its old content for a while."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("*.js", (IMPORT,)))
