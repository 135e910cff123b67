"""Why something came out: the life of one enterprise in words, and where applicants are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import UsageError
from ..scenario.parameter import label
from .tables import STAGES
from .words import number

if TYPE_CHECKING:
    import pandas as pd

    from .results import Results

# Kind of event -> what its note says, and by what the note is multiplied to be read.
NOTES = {
    "round": ("CNY {} mn before it", 1.0),
    "loan": ("at {} % a year", 100.0),
    "listing": ("the company is worth CNY {} mn", 1.0),
    "secondary": ("{} % below net asset value", 100.0),
    "validation": ("{} quarters after its founding", 1.0),
    "withdrawal": ("after {} quarters in the queue", 1.0),
    "refusal": ("after {} quarters in the queue", 1.0),
    "award": ("in advance, of a bounty of CNY {} mn", 1.0),
    "delivery": ("closing {} % of the frontier", 100.0),
    "certification": ("score {} sd", 1.0),
}
EXAMPLES = 5


def life_of(events: pd.DataFrame, enterprise: int, scenario: str, seed: int) -> str:
    """What happened to one enterprise, a line an event. Errors: UsageError when nothing is recorded of it."""
    funds = [label("event_kind", kind) for kind in ("fund_closed", "fund_ended")]
    run = events[(events["scenario"] == scenario) & (events["seed"] == seed) & ~events["kind"].isin(funds)]
    mine = run[run["enterprise"] == enterprise]
    if mine.empty:
        near = ", ".join(str(number) for number in long_lives(run))
        raise UsageError.at(
            f"--enterprise {enterprise}",
            f"nothing recorded of it in {scenario}, seed {seed}",
            "an id of the events",
            near,
        )
    lines = [line_of(row) for _, row in mine.sort_values("quarter", kind="stable").iterrows()]
    return "\n".join([f"Enterprise {enterprise} ({scenario}, seed {seed})", *lines])


def line_of(event: pd.Series) -> str:
    """One event: when, what, how much, and what else is known."""
    amount = f"CNY {number(float(event['amount']))} mn" if event["amount"] else ""
    more = ", ".join(part for part in (amount, note_of(str(event["kind"]), float(event["note"]))) if part)
    return "  ".join(["", str(event["date"]), str(event["kind"]), more]).rstrip()


def note_of(kind: str, note: float) -> str:
    """What the note of an event says, in words."""
    if kind in (label("event_kind", "test_passed"), label("event_kind", "test_failed")):
        stage = STAGES[int(note)] if 0 <= note < len(STAGES) else ""
        where = "now in stage" if kind == label("event_kind", "test_passed") else "in stage"
        return f"{where} {label('stage', stage)}" if stage else ""
    told = next((words for known, words in NOTES.items() if label("event_kind", known) == kind), None)
    return told[0].format(number(told[1] * note)) if told is not None else ""


def long_lives(run: pd.DataFrame) -> list[int]:
    """Some enterprises to which much happened: those that listed, then those with the most events."""
    listed = run[run["kind"] == label("event_kind", "listing")]["enterprise"]
    many = run["enterprise"].value_counts().head(EXAMPLES).index
    return [int(one) for one in dict.fromkeys([*listed.head(EXAMPLES), *many])][:EXAMPLES]


def explain_folder(results: Results, enterprise: int | None, scenario: str | None, seed: int | None) -> str:
    """The text of `tif explain`: the life of an enterprise, or why applicants were refused and whom one may ask for."""
    manifest = results.manifest
    names = [entry["name"] for entry in manifest["scenarios"]]
    chosen, luck = scenario or names[0], manifest["seeds"][0] if seed is None else seed
    if chosen not in names:
        raise UsageError.at(f"--scenario {chosen}", "not in these results", ", ".join(names))
    of_run = f"scenario = '{chosen}' and seed = {int(luck)}"
    events = results.sql(f"select * from events where {of_run}")
    if enterprise is not None:
        return life_of(events, enterprise, chosen, luck)
    refused = results.sql(
        "select market, reason, sum(count) * 4.0 / count(distinct quarter) as yearly from refusals "
        f"where {of_run} group by market, reason order by market, yearly desc"
    )
    lines = [f"  {row.market}: {row.reason}, {number(row.yearly)} a year" for row in refused.itertuples()]
    lives = ", ".join(str(one) for one in long_lives(events))
    head = [str(results), "", f"Refusals in {chosen}, seed {luck}:"]
    return "\n".join([*head, *lines, "", f"Lives to look at with --enterprise: {lives}"])
