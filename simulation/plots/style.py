"""How every figure of the project looks: slide size, type, colours, title, source line, draft stamp."""

from __future__ import annotations

import logging
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypedDict

import matplotlib as mpl
import seaborn as sns
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from simulation.errors import InternalError
from simulation.indicators.definitions import INDICATORS
from simulation.plots.picture import Slide
from simulation.plots.words import WORDS, Language, unit_words, word

SLIDE = (13.333, 7.5)  # inches, 16:9
INK, GREY, PALE = "#222222", "#6b6b6b", "#d9d9d9"
CHINESE_FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC",
    "Heiti SC", "SimHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Arial Unicode MS",
)  # fmt: skip


class Look(TypedDict, total=False):
    """What every figure may be told: title, source line, language, draft stamp, scenario names and colours."""

    title: str
    source: str
    language: Language
    draft: bool
    names: Mapping[str, str]
    colours: Mapping[str, str]


@dataclass(frozen=True)
class Style:
    """A look with every gap filled: the language that can be shown, its font, and what to say about it."""

    title: str | None = None
    source: str = ""
    language: Language = "en"
    font: str = "DejaVu Sans"
    note: str = ""
    draft: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    colours: Mapping[str, str] = field(default_factory=dict)

    def word(self, key: str, *values: object, **named: object) -> str:
        """The sentence `key` in the language of the figure."""
        return word(key, self.language, *values, **named)

    def said(self, words: str) -> str:
        """The word `words` in the language of the figure if it is one of the list, else `words` as they are."""
        return self.word(words) if words in WORDS else words

    def name(self, scenario: str) -> str:
        """What a scenario is called on a figure: its given name, else its id in plain words."""
        if scenario in self.names:
            return self.names[scenario]
        return self.word("baseline") if is_baseline(scenario) else scenario.replace("_", " ").capitalize()

    def indicator(self, indicator: str) -> str:
        """The label of an indicator in the language of the figure."""
        return INDICATORS[indicator].label(self.language)

    def unit(self, unit: str) -> str:
        """A unit as it is read out in the language of the figure."""
        return unit_words(unit, self.language)

    def shown_unit(self, indicator: str) -> str:
        """The unit of an indicator as it is shown; a flow says that it is a year's."""
        definition = INDICATORS[indicator]
        words = self.unit(definition.unit)
        return self.word("a_year", words) if definition.aggregate == "flow" else words

    @contextmanager
    def rc(self) -> Iterator[None]:
        """The matplotlib settings of the house, in force only inside the `with`."""
        with mpl.rc_context(settings(self.font)), quiet_fonts():
            yield


@contextmanager
def quiet_fonts() -> Iterator[None]:
    """Chinese fonts often have one weight only: spare the reader a line of log for each text that wanted another."""
    log = logging.getLogger("matplotlib.font_manager")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(before)


def chinese_font() -> str | None:
    """The first font of this machine that has Chinese, or None."""
    here = {font.name for font in font_manager.fontManager.ttflist}
    return next((font for font in CHINESE_FONTS if font in here), None)


def read_look(look: Look) -> Style:
    """The style of a look; Chinese without a Chinese font becomes English and says so in the source line."""
    font = chinese_font() if look.get("language") == "zh" else None
    fallen_back = look.get("language") == "zh" and font is None
    return Style(
        title=look.get("title"),
        source=look.get("source", ""),
        language="zh" if font else "en",
        font=font or "DejaVu Sans",
        note=word("no_font", "en") if fallen_back else "",
        draft=look.get("draft", False),
        names=look.get("names", {}),
        colours=look.get("colours", {}),
    )


def settings(font: str) -> dict[Any, Any]:
    """Seaborn's white grid, with type that can be read from the back of a room."""
    return {
        **sns.axes_style("whitegrid"),
        "font.family": list(dict.fromkeys([font, "DejaVu Sans"])),
        "axes.unicode_minus": False,
        "text.color": INK,
        "axes.labelcolor": GREY,
        "axes.edgecolor": "#999999",
        "axes.titlesize": 13.5,
        "axes.labelsize": 12,
        "xtick.color": GREY,
        "ytick.color": GREY,
        "xtick.labelsize": 11.5,
        "ytick.labelsize": 11.5,
        "grid.color": "#e8e8e8",
        "hatch.linewidth": 0.6,
    }


def is_baseline(scenario: str) -> bool:
    """Whether a scenario is drawn as the neutral one."""
    return scenario.lower().startswith("baseline")


def scenario_colours(scenarios: Sequence[str], given: Mapping[str, str]) -> dict[str, str]:
    """A colour per scenario, the same in every figure that lists the policies in the same order.

    The baseline is dark grey; policies take seaborn's colour-blind safe palette in order; `given` goes first.
    """
    palette = sns.color_palette("colorblind").as_hex()
    policies = [scenario for scenario in scenarios if not is_baseline(scenario)]
    order = [0, 1, 2, 4, 3, 9, 6, 8]  # blue, orange, green, purple: apart for every kind of eye
    colours = {policy: palette[order[i % len(order)]] for i, policy in enumerate(policies)}
    colours |= {scenario: "#555555" for scenario in scenarios if is_baseline(scenario)}
    return {scenario: given.get(scenario, colours[scenario]) for scenario in scenarios}


def slide(style: Style, title: str, key: str, foot: str = "") -> Figure:
    """An empty slide with its title, the key that says how to read it, the source line and the draft stamp.

    `key` stands under the title, `foot` above the source line.
    """
    figure = Slide(figsize=SLIDE, facecolor="white")
    figure.text(0.035, 0.965, style.title or title, fontsize=23, fontweight="bold", va="top")
    told = figure.text(0.035, 0.897, key, fontsize=12.5, color=GREY, va="top")
    room = 0.94 * figure.bbox.width / max(1.0, told.get_window_extent().width)
    told.set_fontsize(12.5 * min(1.0, room))
    figure.text(0.035, 0.022, source_line(style), fontsize=9.5, color=GREY, va="bottom")
    if foot:
        add_foot(figure, foot)
    if style.draft:
        stamp(figure, style)
    return figure


def panel_of_rows(figure: Figure, count: int, fewest: int = 8) -> Axes:
    """A bare panel in which row k stands at height k and x goes from 0 to 1; few rows do not fill the slide."""
    axes = figure.add_axes((0.035, 0.1, 0.94, 0.68))
    axes.set_xlim(0, 1)
    axes.set_ylim(max(count, fewest) - 0.4, -0.6)
    axes.axis("off")
    return axes


def slide_of(axes: Axes) -> Figure:
    """The slide on which a panel stands."""
    figure = axes.get_figure(root=True)
    if figure is None:
        raise InternalError("a panel without a slide")
    return figure


def add_foot(figure: Figure, words: str) -> None:
    """A remark above the source line."""
    figure.text(0.035, 0.05, words, fontsize=11.5, color=INK, va="bottom")


def source_line(style: Style) -> str:
    """The line that says where the figure comes from, with the note on a missing font."""
    source = style.word("source", style.source) if style.source else ""
    return " · ".join(part for part in (source, style.note) if part)


def stamp(figure: Figure, style: Style) -> None:
    """DRAFT across the slide, faint enough to read through and too large to crop."""
    figure.text(
        0.5, 0.45, style.word("draft"), fontsize=150, fontweight="bold", color="#c0392b", alpha=0.13,
        rotation=24, ha="center", va="center", zorder=1000,
    )  # fmt: skip


def legend_row(figure: Figure, entries: Sequence[tuple[str, str]], y: float = 0.838) -> None:
    """A row of words under the key, each after a bar of its colour: (words, colour) from left to right."""
    x = 0.037
    for words, colour in entries:
        figure.add_artist(Line2D([x, x + 0.018], [y, y], color=colour, lw=6, solid_capstyle="butt"))
        text = figure.text(x + 0.023, y, words, fontsize=13, color=INK, va="center")
        x += 0.045 + text.get_window_extent().width / figure.bbox.width


def title_panel(axes: Axes, name: str, colour: str, letters: int = 26) -> None:
    """The name of a scenario above its panel, over a bar of its colour."""
    axes.set_title(wrap(name, letters), loc="left", fontsize=14, fontweight="bold", color=INK, pad=14)
    panel = axes.get_position()
    bar = Line2D([panel.x0, panel.x0 + 0.04], [panel.y1 + 0.013] * 2, color=colour, lw=5, solid_capstyle="butt")
    slide_of(axes).add_artist(bar)


def wrap(words: str, letters: int) -> str:
    """`words` broken into lines of at most `letters` Latin letters; Chinese letters count double."""
    chinese = any(ord(letter) > 0x2E7F for letter in words)
    return textwrap.fill(words, max(letters // 2, 4) if chinese else letters, break_long_words=chinese)


def number(value: float) -> str:
    """A number as a reader says it: three figures that matter, commas in thousands, a true minus sign."""
    size = abs(value)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2
    text = f"{value:,.{digits}f}".replace("-", "\N{MINUS SIGN}")
    return text.rstrip("0").rstrip(".") if "." in text else text


def signed(value: float) -> str:
    """A difference as a reader says it: a plus or a true minus sign, no sign on zero."""
    digits = 0 if abs(value) >= 10 or value == round(value) else 1
    text = f"{value:+,.{digits}f}".replace("-", "\N{MINUS SIGN}")
    return text[1:] if not text.strip("+0.\N{MINUS SIGN}") else text
