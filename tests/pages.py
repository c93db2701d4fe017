"""Looking at pages as their readers do: which addresses there are, what text shows, how it is built."""

import re
import uuid
from collections.abc import Iterator
from html.parser import HTMLParser

from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

# Words that no Vietnamese sentence contains; "in", "can", "me", "be" and the like are Vietnamese too.
ENGLISH_WORDS = """
    the and this that these those with without from your you are was were have has must should would please
    or of for not is it at by on page pages user username password login logout sign field fields required
    enter value valid invalid error errors warning submit save cancel delete edit update create search filter
    reset change select choose choice choices available upload download file files job jobs queued running done
    failed pending success successful successfully none null true false undefined next previous first last
    list detail home welcome report reports total rate name date time year month day today yesterday unknown
    yes ensure character characters already exists allowed forbidden found server request response
    loading close open skip content logged permission denied csrf verification aborted
"""
ENGLISH = frozenset(ENGLISH_WORDS.split())
NOT_WORDS = "not words"
HIDDEN = {"script", "style", "template", "noscript", "head", NOT_WORDS}
SPOKEN_ATTRIBUTES = {"alt", "aria-label", "data-label", "placeholder", "title"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.headings = 0
        self._open: list[str] = []
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.headings += tag == "h1"
        self._in_title = tag == "title"
        self.texts += [values[name] for name in SPOKEN_ATTRIBUTES & values.keys()]
        if tag == "input" and values.get("type") in ("submit", "button", "reset"):
            self.texts.append(values.get("value", ""))
        if tag not in VOID:
            # A key made at random is of no language, and may spell a word of any.
            self._open.append(NOT_WORDS if values.get("translate") == "no" else tag)

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False
        while {tag, NOT_WORDS} & set(self._open) and self._open.pop() not in (tag, NOT_WORDS):
            pass

    def handle_data(self, data: str) -> None:
        if self._in_title or not HIDDEN & set(self._open):
            self.texts.append(data)


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    return reader


def visible_text(html: str) -> str:
    """What a reader sees or a screen reader says, title included."""
    return " ".join(" ".join(_read(html).texts).split())


def english_words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.lower())) & ENGLISH


def check_page(response: HttpResponse) -> None:
    """One main heading, Vietnamese only, and nothing that a strict content security policy would refuse."""
    html = response.content.decode()
    assert english_words(visible_text(html)) == set(), visible_text(html)
    assert _read(html).headings == 1
    assert re.findall(r"<[^>]*\s(?:style|on[a-z]+)=[^>]*>|<script(?![^>]*\ssrc=)[^>]*>|<style", html) == []
    assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', html) == []


def addresses() -> Iterator[tuple[str, str]]:
    """(name, address) of every page there is; parameters are filled with something that does not exist."""

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
            else:
                assert pattern.name, f"{pattern} has no name"
                yield f"{prefix}{pattern.name}"

    for name in walk(get_resolver().url_patterns, ""):
        yield name, reverse(name, kwargs=_anything(name))


def _anything(name: str) -> dict[str, object]:
    """A value for every parameter of the address called *name*."""
    samples = {"UUIDConverter": uuid.UUID(int=0), "IntConverter": 0, "StringConverter": "x", "SlugConverter": "x"}
    resolver, *rest = get_resolver(), *name.split(":")
    for namespace in rest[:-1]:
        resolver = resolver.namespace_dict[namespace][1]
    ((_, _, _, converters),) = resolver.reverse_dict.getlist(rest[-1])
    return {parameter: samples[type(converter).__name__] for parameter, converter in converters.items()}


EXPORT = {"format": "xlsx", "purpose": "work", "detail": "để thử trong bài kiểm tra"}
"""What the form sends before a list leaves the program; `columns` are those it offers."""


def take_out(client: Client, address: str, **sent: object) -> HttpResponse:
    """The file of the list at *address*, with every column that is ticked by itself, or with *sent* instead."""
    if "columns" not in sent:
        form = client.get(address).context["form"]
        sent["columns"] = form.fields["columns"].initial
    return client.post(address, EXPORT | sent)
