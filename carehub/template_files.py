"""Templates as they are laid out for people, without the blanks of their layout."""

from __future__ import annotations

import re

from django.template import Origin
from django.template.loaders import filesystem
from django.templatetags.static import static

# Line breaks stay: messages of errors count them, and words on both sides of one stay apart.
LAYOUT = re.compile(r"\n[ \t]+")
# The address of a file is the same for the life of a process, and a page names twenty of them.
FILE = re.compile(r"""\{% static (?P<quote>['"])(?P<path>[^'"]+)(?P=quote) %\}""")


class Loader(filesystem.Loader):
    """Reads a page's templates without what indents them: packed, a twentieth of what a page weighs.

    Nothing of ours stands in `<pre>`, and messages are trimmed; text/plain is left as it is.
    """

    def get_contents(self, origin: Origin) -> str:
        text = str(super().get_contents(origin))
        text = FILE.sub(lambda found: static(found["path"]), text)
        return LAYOUT.sub("\n", text) if origin.name.endswith(".html") else text
