"""A browser without scripts: reads a page as HTML, fills its forms, presses its buttons, follows where it is led.

Each page it opens is held to what every page of a respondent promises: no failure of the server, one title, one main
heading, ids that are unique and lead somewhere, a name for every control, few statements.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin

from flask.testing import FlaskClient
from sqlalchemy import Connection, event

MAX_STATEMENTS = 8
_VOID = frozenset({"input", "img", "link", "meta", "br", "hr", "source"})
_CONTROLS = frozenset({"input", "select", "textarea", "button"})
_HEARD = frozenset({"label", "legend", "a", "h1", "title"})
_UNSHOWN = frozenset({"template", "script", "style"})
_SETUP = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@dataclass
class Control:
    """A field or a button of a form; `words` name it to who sees it or hears it."""

    kind: str
    name: str
    value: str
    id: str = ""
    is_on: bool = False
    words: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    options: list[tuple[str, str]] = field(default_factory=list)
    block: str = ""
    """The id last met before it: that of its question."""

    @property
    def is_button(self) -> bool:
        """Whether pressing it sends the form."""
        return self.kind == "submit"


@dataclass
class Form:
    """A form of a page as it stands."""

    action: str
    method: str
    is_multipart: bool
    controls: list[Control] = field(default_factory=list)

    def fields(self) -> list[Control]:
        """Return what a person can fill."""
        return [each for each in self.controls if each.kind not in {"submit", "button", "hidden"}]

    def named(self, name: str) -> list[Control]:
        """Return the controls of a name."""
        return [each for each in self.controls if each.name == name]

    def fill(self, said: Mapping[str, Any]) -> None:
        """Write, choose and tick: texts by name, lists for boxes; files are (bytes, name)."""
        for control in self.controls:
            if control.name not in said or control.kind in {"submit", "button"}:
                continue
            value = said[control.name]
            if control.kind in {"radio", "checkbox"}:
                control.is_on = control.value in (value if isinstance(value, list) else [value])
            else:
                control.value = value

    def sent(self, button: str) -> dict[str, Any]:
        """Return what a browser sends when a button is pressed, by name."""
        found: dict[str, Any] = {}
        for control in self.controls:
            is_left = control.kind in {"radio", "checkbox"} and not control.is_on
            is_pressed = control.is_button and control.name and f"{control.name}={control.value}" == button
            if not control.name or is_left or control.kind == "button" or (control.is_button and not is_pressed):
                continue
            value: Any = control.value
            if control.kind == "file":
                content, name = value or (b"", "")
                value = (io.BytesIO(content), name)
            found.setdefault(control.name, []).append(value)
        return found

    def state(self) -> dict[str, Any]:
        """Return what stands in the fields: what the next form of the same page is compared with."""
        hidden = {each.name for each in self.controls if each.kind in {"hidden", "file"}}
        return {name: values for name, values in self.sent("").items() if name not in hidden}


@dataclass
class Screen:
    """A page as it was shown."""

    address: str
    status: int
    html: str
    title: str = ""
    lang: str = ""
    headings: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    pointed: set[str] = field(default_factory=set)
    unnamed: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Return the address without what follows « ? » and « # »."""
        return re.split(r"[?#]", self.address)[0]

    def link(self, words: str) -> str:
        """Return where the link leads that has these words.

        Raises: KeyError: there is none.
        """
        for address, text in self.links:
            if words in text:
                return address
        raise KeyError(words)


class _Reader(HTMLParser):
    """Makes a Screen of HTML."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(convert_charrefs=True)
        self.screen = screen
        self.form: Form | None = None
        self.control: Control | None = None
        self.labels: dict[str, list[str]] = {}
        self.inside: list[tuple[str, str, list[str], list[Control]]] = []
        """Open labels, legends, links, headings, buttons, titles: tag, attribute, words heard so far, controls."""
        self.unshown = 0
        self.block = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSHOWN:
            self.unshown += 1
        if self.unshown:
            return
        given = {name: value or "" for name, value in attrs}
        self._note(tag, given)
        if tag == "form":
            is_multipart = "multipart" in given.get("enctype", "")
            self.form = Form(given.get("action", ""), given.get("method", "get"), is_multipart)
            self.screen.forms.append(self.form)
        elif tag in _CONTROLS:
            self._begin_control(tag, given)
        elif tag == "option" and self.control is not None:
            self.inside.append(("option", given.get("value", "\0"), [], []))
            self.control.is_on = "selected" in given
        elif tag in _HEARD or "error-text" in given.get("class", ""):
            self.inside.append((tag, given.get("for", given.get("href", "")), [], []))
        elif tag == "img":
            self.handle_data(f" {given.get('alt', '')} ")

    def _note(self, tag: str, given: dict[str, str]) -> None:
        if tag == "html":
            self.screen.lang = given.get("lang", "")
        if "id" in given:
            self.screen.ids.append(given["id"])
            if given["id"].startswith("b"):
                self.block = given["id"]
        for name in ("aria-describedby", "aria-labelledby", "for"):
            self.screen.pointed.update(given.get(name, "").split())

    def _begin_control(self, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", "submit" if tag == "button" else "text") if tag in {"input", "button"} else tag
        name = given.get("aria-label", "") or given.get("alt", "")
        control = Control(kind, given.get("name", ""), given.get("value", ""), given.get("id", ""), "checked" in given)
        control.words, control.attributes = name, given
        control.block = self.block
        if kind in {"radio", "checkbox"} and "value" not in given:
            control.value = "on"
        if self.form is not None:
            self.form.controls.append(control)
        if kind != "hidden":
            for _tag, _of, _words, controls in self.inside:
                controls.append(control)
        if tag in {"select", "textarea", "button"}:
            self.control = control
            self.inside.append((tag, "", [], []))

    def handle_data(self, data: str) -> None:
        if self.unshown:
            return
        for tag, _of, words, controls in self.inside:
            if not (tag == "label" and self.control and self.control in controls and self.control.kind != "submit"):
                words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSHOWN:
            self.unshown -= 1
        if tag == "form":
            self.form = None
        if self.unshown or tag in _VOID or not self.inside or self.inside[-1][0] != tag:
            return
        _tag, of, heard, controls = self.inside.pop()
        words = " ".join("".join(heard).split())
        if tag in _CONTROLS or tag == "option":
            self._end_control(tag, of, heard, words)
        else:
            self._end_words(tag, of, words, controls)

    def _end_words(self, tag: str, of: str, words: str, controls: list[Control]) -> None:
        if tag == "label":
            self.labels.setdefault(of, []).append(words)
            for control in controls:
                control.words = control.words or words
        elif tag == "legend" and not words:
            self.screen.unnamed.append("legend")
        elif tag == "a":
            self.screen.links.append((of, words))
        elif tag == "h1":
            self.screen.headings.append(words)
        elif tag == "title":
            self.screen.title = words
        elif tag == "p":
            self.screen.errors.append(words)

    def _end_control(self, tag: str, of: str, heard: list[str], words: str) -> None:
        control = self.control
        if control is None:
            return
        if tag == "option":
            value = words if of == "\0" else of
            if control.is_on or not control.options:
                control.value = value
            control.is_on = False
            control.options.append((value, words))
            return
        if tag == "textarea":
            # The first line end after the tag belongs to the page.
            control.value = "".join(heard).removeprefix("\n")
        elif tag == "button":
            control.words = control.words or words
        self.control = None

    def finish(self) -> None:
        for form in self.screen.forms:
            for control in form.controls:
                if control.id in self.labels:
                    control.words = control.words or " ".join(self.labels[control.id])
                if not control.words and control.kind != "hidden":
                    self.screen.unnamed.append(f"{control.kind} {control.name}")


def read_screen(address: str, status: int, html: str) -> Screen:
    """Read the HTML of a page."""
    screen = Screen(address, status, html)
    reader = _Reader(screen)
    reader.feed(html)
    reader.close()
    reader.finish()
    return screen


def faults_of(screen: Screen) -> list[str]:
    """Return what a page does that none may."""
    found = [f"no name: {what}" for what in screen.unnamed]
    found += [f"id twice: {name}" for name, times in Counter(screen.ids).items() if times > 1]
    found += [f"leads nowhere: #{name}" for name in sorted(screen.pointed - set(screen.ids)) if name]
    here = [address for address, _words in screen.links if address.startswith("#")]
    found += [f"leads nowhere: {address}" for address in here if address[1:] not in screen.ids]
    found += [f"a link without words: {address}" for address, words in screen.links if not words]
    if screen.status >= 500:
        found.append(f"status {screen.status}")
    if len(screen.headings) != 1 or not all(screen.headings):
        found.append(f"main headings: {screen.headings}")
    if not screen.title or not screen.lang:
        found.append(f"title “{screen.title}”, language “{screen.lang}”")
    return found


class OldBrowser:
    """Keeps cookies, shows one page at a time."""

    def __init__(self, client: FlaskClient, statements: list[str] | None = None) -> None:
        self.client = client
        self.statements = statements if statements is not None else []
        self.screen = Screen("", 0, "")
        self.most_statements = 0
        self.seen: dict[str, str] = {}
        """The HTML of each page shown, by address and status."""

    def open(self, address: str) -> Screen:
        """Open an address as a link does."""
        return self._shown(address, None, is_multipart=False)

    def press(self, form: Form, button: str = "") -> Screen:
        """Send a form; `button` is `name=value` of the one pressed."""
        action = urljoin(self.screen.path, form.action)
        return self._shown(action, form.sent(button), is_multipart=form.is_multipart)

    def _shown(self, address: str, sent: dict[str, Any] | None, *, is_multipart: bool) -> Screen:
        for _step in range(10):
            wanted, anchor = urldefrag(address)
            self.statements.clear()
            if sent is None:
                answer = self.client.get(wanted)
            else:
                kind = "multipart/form-data" if is_multipart else "application/x-www-form-urlencoded"
                answer = self.client.post(wanted, data=sent, content_type=kind)
            self.most_statements = max(self.most_statements, len(self.statements))
            assert len(self.statements) <= MAX_STATEMENTS, (wanted, self.statements)
            if answer.status_code not in {301, 302, 303}:
                break
            address, sent = urljoin(wanted, answer.location), None
        self.screen = read_screen(address, answer.status_code, answer.get_data(as_text=True))
        self.seen[f"{answer.status_code} {urldefrag(address)[0]}"] = self.screen.html
        faults = faults_of(self.screen)
        if anchor and anchor not in self.screen.ids:
            faults.append(f"the address leads nowhere: #{anchor}")
        assert faults == [], f"{address}: {faults}\n{self.screen.html}"
        return self.screen


@contextmanager
def counting(connection: Connection) -> Iterator[list[str]]:
    """Give the list of statements that a connection runs; whoever counts empties it."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(_SETUP):
            statements.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    yield statements
    event.remove(connection, "before_cursor_execute", note)
