"""The life of one enterprise as a story, told from the table of events and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import UsageError
from ..scenario.parameter import REGIONS, label
from .tables import STAGES
from .words import number

if TYPE_CHECKING:
    import pandas as pd

BOARDS = ("star", "bse", "other")
ORIGINS = ("a university", "an industrial park", "an existing enterprise", "a founder who starts again", "the market")
REASONS = {
    1: "it had failed its tests", 2: "its cash was used up and no round had come for half a year",
    3: "it had defaulted on its loans", 4: "it left the market",
}  # fmt: skip
ROUTINE = ("grant", "loan")  # told one by one up to FEW of them, else in a sentence at the end
FEW = 3

# Kind of event -> what happened. {amount} and {note} are figures, {other} whoever was on the other side.
SENTENCES = {
    "birth": "It was founded out of {origin} with CNY {amount} mn.",
    "test_passed": "It passed a stage test and entered the stage: {stage}.",
    "test_failed": "It failed the test at the stage: {stage}.",
    "round": "Fund {other} led a round of CNY {amount} mn. The company was valued at CNY {note} mn before it, "
    "so {stake} % of it went to the investors.",
    "validation": "Users had validated its product, {note} quarters after its founding.",
    "loan": "Bank {other} lent it CNY {amount} mn at {percent} % a year.",
    "default": "It defaulted on loans of CNY {amount} mn.",
    "grant": "The local government of {region} granted it CNY {amount} mn.",
    "incubation": "It was taken into listing incubation{proposed}; it was {percent} % ready.",
    "filing": "It filed for listing on the {board}, which it expected to be worth CNY {amount} mn; "
    "{thresholds}.",
    "withdrawal": "It withdrew its filing after {note} quarters in the queue.",
    "refusal": "The review refused it after {note} quarters in the queue.",
    "listing": "It went public on the {board}: new shares brought CNY {amount} mn, "
    "and the company was worth CNY {note} mn.",
    "acquisition": "Enterprise {other} bought it for CNY {amount} mn; its holders had thought it worth CNY {note} mn.",
    "secondary": "Fund {other} sold a stake to the secondary fund for CNY {amount} mn, "
    "{percent} % below net asset value.",
    "redemption": "Investors ({other} of them) claimed their money back: CNY {amount} mn.",
    "death": "It closed at the stage: {stage}; {reason}.",
}  # fmt: skip


@dataclass
class Told:
    """What the story has come to: money put in by investors and the share that the rounds on record left to others."""

    whole: bool
    invested: float = 0.0
    rounds: int = 0
    kept: float = 1.0

    def add_round(self, amount: float, pre_money: float) -> None:
        """A round: new shares for the investors, a smaller part of the company for everybody before them."""
        self.invested += amount
        self.rounds += 1
        self.kept *= pre_money / (pre_money + amount) if pre_money + amount > 0.0 else 1.0


def kinds_by_label() -> dict[str, str]:
    """Code of every kind of event by the name that the table of events uses."""
    from ..agents.tally import EVENT_KINDS

    return {label("event_kind", kind): kind for kind in EVENT_KINDS}


def life_of(events: pd.DataFrame, enterprise: int, scenario: str, seed: int) -> str:
    """What happened to one enterprise, in sentences. Errors: UsageError when nothing is recorded of it."""
    run = events[(events["scenario"] == scenario) & (events["seed"] == seed)]
    mine = run[run["enterprise"] == enterprise]
    if enterprise < 0 or mine.empty:
        raise UsageError.at(
            f"--enterprise {enterprise}", f"nothing recorded of it in {scenario}, seed {seed}",
            "an id of the events; tif explain RUN without options names some",
        )  # fmt: skip
    return "\n".join([f"Enterprise {enterprise} ({scenario}, seed {seed})", *story(mine)])


def story(events: pd.DataFrame) -> Iterator[str]:
    """The sentences of a life, one a line with its quarter in front; routine payments are summed up at the end."""
    codes = kinds_by_label()
    named = events.assign(code=[codes.get(str(kind), str(kind)) for kind in events["kind"]])
    named = named.sort_values("quarter", kind="stable")
    told = Told(bool((named["code"] == "birth").any()))
    if not told.whole:
        yield "  It existed before 2021; what happened before is not on record."
    many = [kind for kind, times in named["code"].value_counts(sort=False).items() if is_routine(kind) and times > FEW]
    for event in named.itertuples():
        if event.code not in many:
            yield f"  {event.date}  {sentence(event)}"
            if event.code == "round":
                told.add_round(event.amount, event.note)
            yield from (f"          {line}" for line in who_got_what(event, told))
    for kind in many:
        yield f"  {summed_up(kind, named[named['code'] == kind])}"


def is_routine(code: str) -> bool:
    """Whether many events of a kind are summed up: grants, loans, and whatever has no sentence of its own."""
    return code in ROUTINE or code not in SENTENCES


def sentence(event: object) -> str:
    """One event as a sentence; a kind without a sentence of its own is told by its name and its money."""
    code, amount, note, other = event.code, float(event.amount), float(event.note), int(event.other)  # type: ignore[attr-defined]
    form = SENTENCES.get(code)
    if form is None:
        return f"{event.kind}{f': CNY {number(amount)} mn' if amount else ''}."  # type: ignore[attr-defined]
    place = int(note) if note == note else -1
    return form.format(
        amount=number(amount), note=number(note), other=other, percent=number(100.0 * note),
        stake=number(100.0 * amount / (amount + note)) if amount + note > 0.0 else "no",
        stage=label("stage", STAGES[place]).lower() if 0 <= place < len(STAGES) else "unknown",
        origin=ORIGINS[place] if 0 <= place < len(ORIGINS) else "unknown hands",
        region=label("region", REGIONS[other]) if 0 <= other < len(REGIONS) else "its region",
        board=label("board", BOARDS[other]) if 0 <= other < len(BOARDS) else "exchange",
        proposed=f" on the proposal of {label('region', REGIONS[other])}" if 0 <= other < len(REGIONS) else "",
        thresholds="it met the thresholds" if note >= 0.0 else "in truth it missed the thresholds",
        reason=REASONS.get(other, "no reason is on record"),
    )  # fmt: skip


def who_got_what(event: object, told: Told) -> Iterator[str]:
    """At an exit: what investors had put in, and about what their part and the founders' part came to."""
    code, amount, note = event.code, float(event.amount), float(event.note)  # type: ignore[attr-defined]
    worth = {"listing": note - amount, "acquisition": amount, "death": 0.0}.get(code)
    if worth is None or told.rounds == 0:
        return
    paid = f"Investors had paid CNY {number(told.invested)} mn in {told.rounds} round{'s'[: told.rounds - 1]}"
    if code == "death":
        yield f"{paid}; what its cash and equipment left after its loans was theirs and the founders'."
        return
    if not told.whole:
        yield f"{paid} since 2021; how much of it belongs to whom is not on record."
        return
    outside = worth * (1.0 - told.kept)
    times = f", {number(outside / told.invested)} times that" if told.invested > 0.0 else ""
    what = "their shares were worth" if code == "listing" else "they got"
    ours = "remained with" if code == "listing" else "went to"
    yield (
        f"{paid}; {what} about CNY {number(outside)} mn{times}. "
        f"About CNY {number(worth - outside)} mn {ours} founders and early owners (redemptions left out)."
    )


def summed_up(kind: str, events: pd.DataFrame) -> str:
    """Many payments of one kind in one sentence."""
    first, last, total = events["date"].iloc[0], events["date"].iloc[-1], number(float(events["amount"].sum()))
    if kind == "loan":
        low, high = (number(100.0 * float(rate)) for rate in (events["note"].min(), events["note"].max()))
        rates = f"at {low} to {high} % a year"
        return f"{first} to {last}: banks granted it {len(events)} loans, CNY {total} mn in all, {rates}."
    if kind == "grant":
        return f"{first} to {last}: {len(events)} grants, CNY {total} mn in all."
    money = f", CNY {total} mn in all" if events["amount"].sum() else ""
    return f"{first} to {last}: {events['kind'].iloc[0]}, {len(events)} times{money}."
