"""methods.md: how the numbers came about, written from the manifest, so that it cannot differ from what was done."""

from __future__ import annotations

from ..experiments.effects import FEW, RESAMPLES
from ..scenario.quarters import BURN_IN_QUARTERS, format_quarter
from .material import Material

MEANS = (
    "A 95 % interval says: if the same comparison were made many times with other random seeds, 95 in 100 of the "
    "intervals would hold the mean difference of the model. It tells how sure the mean over luck is. It does not tell "
    "how far the model is from the economy, nor does it hold the uncertainty of the assumptions; a sweep over these "
    "does. One interval in twenty excludes zero although nothing changed."
)


def methods_text(material: Material) -> str:
    """The page: economy, scale, seeds, pairing, window, intervals and what they mean, public cost, provenance."""
    parts = {
        "What was played": played(material),
        "Seeds and pairing": pairing(material),
        "Window and aggregates": window(material),
        "Intervals": intervals(material),
        "What an interval means": MEANS if material.kind != "run" and len(material.seeds) > 1 else "",
        "Public cost": cost(material),
        "Provenance": provenance(material),
    }
    stamps = [f"**{stamp}**" for stamp in material.stamps]
    return "\n\n".join(["# Methods", *stamps, *(f"## {head}\n\n{text}" for head, text in parts.items() if text)]) + "\n"


def played(material: Material) -> str:
    """Scenarios, quarters, burn-in and scale."""
    many = "scenario" if len(material.names) == 1 else "scenarios"
    words = (
        f"{len(material.names)} {many} ({', '.join(material.called(name) for name in material.names)}), "
        f"{material.quarters} quarters from {format_quarter(0)} to {format_quarter(material.quarters - 1)}, after "
        f"{BURN_IN_QUARTERS} quarters of burn-in that are thrown away. Scale {material.scale:g}: of the country's "
        f"enterprises one in {1 / material.scale:g} is played, and national amounts and counts are divided by the "
        "scale."
    )
    if "DRAFT" in material.stamps:
        words += " This is a DRAFT: few seeds and a small economy, to see whether a scenario does what is meant."
    if "INTERRUPTED" in material.stamps:
        words += " The work was INTERRUPTED: the seeds named here were finished, others that were asked for were not."
    return words


def pairing(material: Material) -> str:
    """Which seeds, and what is the same under all scenarios."""
    words = (
        f"{material.seeds_in_words[:1].upper()}{material.seeds_in_words[1:]}. Every random draw belongs to an event of "
        "the model (who, what, which quarter, which seed) and to nothing else"
    )
    if material.kind == "run":
        return words + ", so that the same seed gives the same luck under any scenario."
    return words + (
        ", so that on one seed all scenarios meet the same luck (common random numbers). An effect is the difference "
        "between two runs on the same seed."
    )


def window(material: Material) -> str:
    """What becomes of a path of quarters."""
    return (
        f"{material.window}, both quarters included ({material.years:g} years). Flows are summed over the window and "
        "given a year; levels are the mean of its last four quarters; shares and rates are ratios of sums over it."
    )


def intervals(material: Material) -> str:
    """How the intervals are made."""
    if len(material.seeds) < 2:
        return "There are none: one seed was played."
    if material.kind == "run":
        return "Bands of figures are quantiles over seeds, not intervals of a mean."
    pairs = len(material.seeds)
    ratio = (
        f"for ratios a percentile bootstrap over pairs of runs ({RESAMPLES} resamples), widened for few pairs "
        "(Hesterberg 2015)"
        if pairs >= FEW else f"for ratios a t interval on linearised ratios, since there are fewer than {FEW} pairs"
    )  # fmt: skip
    return (
        f"95 %, two-sided: for flows and levels a t interval on {pairs} paired differences ({pairs - 1} degrees of "
        f"freedom), {ratio}. Costs per additional outcome have intervals after Fieller (1954) on the same pairs."
    )


def cost(material: Material) -> str:
    """What public cost holds."""
    if material.kind == "sweep":
        return ""
    return (
        "Public cost is the present value, in money of 2024Q1, of cash outlay, tax not collected, expected loss, "
        "concessions and administration of all levers, less receipts, over the window and given a year. Costs per "
        "additional outcome and --equal-cost also take off the claims that governments hold in funds at the end. Money "
        "is in CNY at 2023 prices."
    )


def provenance(material: Material) -> str:
    """By what the results are known and made again."""
    manifest = material.manifest
    versions = ", ".join(f"{name} {version}" for name, version in manifest["versions"].items() if version)
    lines = [
        f"Command: `{manifest['command']}`",
        f"Question and code: `{manifest['hash']}`",
        f"Results: `{manifest['results_hash']}`" if "results_hash" in manifest else "",
        f"manifest.json: `{material.manifest_hash}` (sha256)",
        f"Versions: {versions}",
        f"Again, bit for bit: `{again(material)}`" if again(material) else "",
    ]
    return "\n".join(f"- {line}" for line in lines if line)


def again(material: Material) -> str:
    """The command that makes the results again, if the manifest carries its scenarios."""
    if material.kind == "sweep":
        return str(material.manifest["command"])
    if material.scenarios is None:
        return ""
    return f"tif {material.kind} --from {material.results.folder.name}/manifest.json"
