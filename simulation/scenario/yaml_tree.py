"""YAML text as a tree of plain values that remember their lines. Nothing is constructed, so no code in a file can run.

Only what a scenario needs is accepted: maps, lists, text, numbers, true and false. Tags, merge keys, directives, second
documents, deep nesting and aliases that explode in size are refused with the line where they stand.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any, TypeAlias

from simulation.errors import Faults, Place

MOST_NODES = 20_000
DEEPEST = 12

Plain: TypeAlias = "str | float | bool | None"

_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_NOT_FINITE = re.compile(r"([-+]?)\.(inf|Inf|INF|nan|NaN|NAN)")
_NULLS = ("", "~", "null", "Null", "NULL")
_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value; `text` is how it was written."""

    place: Place
    text: str
    value: Plain


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    place: Place
    items: list[Node]


@dataclass(frozen=True, slots=True)
class Table:
    """A map, with the place of each key; `keys` are unique."""

    place: Place
    items: dict[str, Node]
    keys: dict[str, Place]


Node: TypeAlias = Scalar | Items | Table


def shortened(text: str) -> str:
    """A text on one line of at most 60 signs."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}..."


def describe_node(node: Node) -> str:
    """How an error names what was found: the text as written, or the kind of thing."""
    if isinstance(node, Scalar):
        if node.value is None:
            return "nothing"
        return f'"{shortened(node.text)}"'
    if isinstance(node, Items):
        return f"a list of {len(node.items)}"
    return f"a map with {shortened(', '.join(list(node.items)[:4])) or 'nothing in it'}"


def plain_value(text: str) -> Plain:
    """Value of an unquoted scalar: YAML 1.2, so yes, no, on and off are words; every number is a float."""
    if text in _NULLS:
        return None
    if text in _TRUTHS:
        return _TRUTHS[text]
    match = _NOT_FINITE.fullmatch(text)
    if match is not None:
        return math.nan if match[2].lower() == "nan" else float(match[1] + "inf")
    return float(text) if _NUMBER.fullmatch(text) else text


def read_node(text: str, shown: str, faults: Faults, lines: bool = True) -> Node | None:
    """Tree of any YAML text; None if it is empty, or after noting in `faults` why there is none.

    lines: False for a single value from a command line, whose places need no line.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    builder = _Builder(shown, faults, lines)
    try:
        builder.feed(YAML(typ="safe", pure=True).parse(text))
        return builder.root
    except _Refused:
        pass
    except MarkedYAMLError as error:
        _note_syntax(error, text, shown, faults, lines)
    except (YAMLError, ValueError) as error:
        character = re.search(r"#x([0-9a-f]+)", str(error))
        what = (
            f"an invisible control character (0x{int(character[1], 16):02x})" if character else "text that is not YAML"
        )
        faults.add(
            Place(shown, _line_of_control(text) if lines else None), what, "plain text", "", "delete the character"
        )
    return None


def read_tree(text: str, shown: str, faults: Faults) -> Table | None:
    """Tree of a YAML text whose top level is a map; None after noting in `faults` why there is none."""
    before = len(faults.found)
    root = read_node(text, shown, faults)
    if root is None and len(faults.found) > before:
        return None
    example = "begin with e.g. `name: my-policy` and `extends: ../baseline.yaml`"
    if root is None or (isinstance(root, Scalar) and root.value is None):
        faults.add(Place(shown), "an empty file", "a map of keys such as name, extends and levers", "", example)
        return None
    if not isinstance(root, Table):
        faults.add(root.place, describe_node(root), "a map of keys such as name, extends and levers", "", example)
        return None
    return root


def _line_of_control(text: str) -> int:
    match = re.search(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text)
    return text.count("\n", 0, match.start()) + 1 if match else 1


def _note_syntax(error: Any, text: str, shown: str, faults: Faults, lines: bool) -> None:
    """Turn the parser's complaint into a sentence about the line on which a person would look."""
    problem = error.problem or "the structure breaks off"
    ends_early = "end of stream" in problem or "<stream end>" in problem
    mark = (error.context_mark if ends_early else None) or error.problem_mark or error.context_mark
    line = mark.line + 1 if mark is not None else 1
    place = Place(shown, line if lines else None)
    written = next(iter(text.splitlines()[line - 1 : line]), "")
    if "\t" in written[: len(written) - len(written.lstrip())] or "'\\t'" in problem:
        faults.add(place, "a tab", "spaces only", "", "replace the tab by two spaces")
        return
    allowed = "`key: value` lines indented by spaces; { } and [ ] closed; text with : or # in quotes"
    faults.add(place, f"text that is not YAML: {_plainly(problem)}", allowed, "", _syntax_advice(error, problem))


def _plainly(problem: str) -> str:
    return problem.replace("<stream end>", "the end of the file").replace("end of stream", "end of the file")


def _syntax_advice(error: Any, problem: str) -> str:
    """What most often is the matter when the parser stops in this way."""
    context = error.context or ""
    opened = f"on line {error.context_mark.line + 1}" if error.context_mark is not None else "above"
    if "flow" in context:
        return f"close the bracket opened {opened}"
    if "quoted" in context:
        return f"close the quote opened {opened}"
    if "mapping values" in problem:
        return "put text that contains a colon in quotes, and check the indentation of this line"
    return "look at this line and the one above it"


class _Refused(Exception):
    """Raised inside the builder once a fault has been noted after which reading on makes no sense."""


class _Builder:
    """Builds the tree from the parser's events, counting what aliases would expand to."""

    def __init__(self, shown: str, faults: Faults, lines: bool) -> None:
        self.shown = shown
        self.lines = lines
        self.faults = faults
        self.root: Node | None = None
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.documents = 0

    def feed(self, events: Iterator[Any]) -> None:
        """Take every event in turn; stop at the first that is refused."""
        for event in events:
            place = Place(self.shown, event.start_mark.line + 1 if self.lines else None)
            getattr(self, f"on_{type(event).__name__}", self.on_other)(event, place)

    def refuse(self, place: Place, found: str, allowed: str, advice: str = "") -> None:
        self.faults.add(place, found, allowed, "", advice)
        raise _Refused

    def on_other(self, event: Any, place: Place) -> None:
        """Events without content (start and end of the stream, end of a document)."""

    def on_DocumentStartEvent(self, event: Any, place: Place) -> None:  # noqa: N802
        self.documents += 1
        if self.documents > 1:
            self.refuse(place, "a second document, opened by ---", "one scenario a file", "put it in a file of its own")
        if event.version or event.tags:
            self.refuse(place, "a % directive", "plain YAML 1.2 without directives", "delete the line")

    def on_ScalarEvent(self, event: Any, place: Place) -> None:  # noqa: N802
        self.check_tag(event, place)
        plain = event.implicit[0]
        self.close(Scalar(place, event.value, plain_value(event.value) if plain else event.value), 1, event.anchor)

    def on_MappingStartEvent(self, event: Any, place: Place) -> None:  # noqa: N802
        self.open(_Open(place, event.anchor, True), event)

    def on_SequenceStartEvent(self, event: Any, place: Place) -> None:  # noqa: N802
        self.open(_Open(place, event.anchor, False), event)

    def on_MappingEndEvent(self, event: Any, place: Place) -> None:  # noqa: N802
        self.finish()

    def on_SequenceEndEvent(self, event: Any, place: Place) -> None:  # noqa: N802
        self.finish()

    def on_AliasEvent(self, event: Any, place: Place) -> None:  # noqa: N802
        if event.anchor not in self.anchors:
            self.refuse(
                place,
                f"*{shortened(event.anchor)}, an alias of something that is not finished above it",
                "an alias of an anchor (&name) defined earlier",
                "write the value out",
            )
        node, size = self.anchors[event.anchor]
        self.close(node, size, None)

    def check_tag(self, event: Any, place: Place) -> None:
        if event.tag is not None:
            tag = shortened(str(event.tag)).replace("tag:yaml.org,2002:", "!!")
            self.refuse(
                place,
                f"the tag {tag}",
                "plain values; a tag could ask for code to be run, so none is read",
                "delete the tag",
            )

    def open(self, container: _Open, event: Any) -> None:
        self.check_tag(event, container.place)
        self.stack.append(container)
        if len(self.stack) > DEEPEST:
            self.refuse(
                container.place, f"maps or lists nested more than {DEEPEST} deep", "at most four levels are ever needed"
            )

    def finish(self) -> None:
        container = self.stack.pop()
        self.close(container.node(), container.size, container.anchor)

    def close(self, node: Node, size: int, anchor: str | None) -> None:
        """A finished node goes into the container that is open, or becomes the root."""
        if anchor is not None:
            self.anchors[anchor] = (node, size)
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        parent.size += size
        if parent.size > MOST_NODES or sum(container.size for container in self.stack) > MOST_NODES:
            self.refuse(
                parent.place,
                f"more than {MOST_NODES} values once aliases are written out",
                "a scenario of at most that size",
                "write the values out instead of using anchors and aliases",
            )
        self.put(parent, node)

    def put(self, parent: _Open, node: Node) -> None:
        if not parent.is_map:
            parent.items.append(node)
        elif parent.key is None:
            parent.key = self.checked_key(node, parent)
        elif isinstance(node, Scalar) and node.value is None:
            parent.add(Scalar(parent.key[1], node.text, None))  # nothing after a key is told on the key's line
        else:
            parent.add(node)

    def checked_key(self, node: Node, parent: _Open) -> tuple[str, Place]:
        """The text of a key; a key that stands twice is noted and its second value is read but dropped."""
        if not isinstance(node, Scalar):
            self.refuse(node.place, f"{describe_node(node)} as a key", "a word as a key")
        assert isinstance(node, Scalar)
        if node.text == "<<":
            self.refuse(node.place, "the merge key <<", "keys written out", "use `extends:` to build on another file")
        if node.text in parent.places:
            first = parent.places[node.text].line
            self.faults.add(
                node.place,
                f"{shortened(node.text)} a second time; it stands on line {first} already",
                "each key once in a map",
                "",
                "keep one of the two; a lever may hold a list of entries",
            )
        return node.text, node.place


class _Open:
    """A map or list of which the end has not been read yet."""

    def __init__(self, place: Place, anchor: str | None, is_map: bool) -> None:
        self.place = place
        self.anchor = anchor
        self.is_map = is_map
        self.size = 1
        self.items: list[Node] = []
        self.pairs: dict[str, Node] = {}
        self.places: dict[str, Place] = {}
        self.key: tuple[str, Place] | None = None

    def add(self, node: Node) -> None:
        """Put a value under the key read before it, unless the key stood there already."""
        assert self.key is not None
        text, place = self.key
        if text not in self.pairs:
            self.pairs[text] = node
            self.places[text] = place
        self.key = None

    def node(self) -> Node:
        """The finished container."""
        return Table(self.place, self.pairs, self.places) if self.is_map else Items(self.place, self.items)


def number_text(value: float) -> str:
    """A Python number as it would be written in a file."""
    return str(int(value)) if abs(value) < 1e15 and value == int(value) else repr(value)


def tree_of(thing: object, place: Place, faults: Faults, depth: int = 0) -> Node:
    """The same tree from a Python value, as a notebook passes it; texts are taken as they are."""
    if depth > DEEPEST:
        faults.add(place, f"dicts or lists nested more than {DEEPEST} deep", "at most four levels are ever needed")
    elif isinstance(thing, Mapping):
        items = {str(key): tree_of(value, _inside(place, key), faults, depth + 1) for key, value in thing.items()}
        return Table(place, items, {key: _inside(place, key) for key in items})
    elif isinstance(thing, list | tuple):
        return Items(place, [tree_of(value, place, faults, depth + 1) for value in thing])
    elif thing is None or isinstance(thing, bool | str):
        return Scalar(place, str(thing), thing)
    elif isinstance(thing, Real):
        return Scalar(place, number_text(float(thing)), float(thing))
    else:
        faults.add(place, f"a {type(thing).__name__}", "numbers, text, true or false, lists and maps")
    return Scalar(place, "", None)


def _inside(place: Place, key: object) -> Place:
    return Place(f"{place.file}.{key}" if place.file else str(key))
