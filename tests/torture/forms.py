"""The forms of a page, as a browser would send them untouched: what somebody hostile begins with."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = list[tuple[str, str | None]]
# These send nothing by themselves.
SILENT = {"submit", "button", "image", "reset"}


@dataclass
class Form:
    """Where a form goes, and what stands in it."""

    method: str
    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


class FormReader(HTMLParser):
    """Reads the forms of a page; boxes are ticked, and of a choice the first is taken that says anything."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.forms = path, list[Form]()
        self.form: Form | None = None
        self.select, self.area = "", ""

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = said.get("action", "").partition("#")[0] or self.path
            self.form = Form(said.get("method", "get").upper(), action)
            self.forms.append(self.form)
        elif self.form and tag == "input" and said.get("name"):
            self.read_input(self.form, said)
        elif self.form and tag == "button" and said.get("name"):
            self.form.fields.append((said["name"], said.get("value", "")))
        elif tag == "select":
            self.select = said.get("name", "")
        elif self.form and tag == "option" and self.select and said.get("value"):
            self.form.fields.append((self.select, said["value"]))
            self.select = ""
        elif tag == "textarea":
            self.area = said.get("name", "")

    def read_input(self, form: Form, said: dict[str, str]) -> None:
        if said.get("type") == "file":
            form.files.append(said["name"])
        elif said.get("type") not in SILENT:
            form.fields.append((said["name"], said.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self.form and self.area:
            self.form.fields.append((self.area, data.strip() or "Seen."))
            self.area = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = ""


def forms_of(path: str, text: str) -> list[Form]:
    reader = FormReader(path)
    reader.feed(text)
    return reader.forms
