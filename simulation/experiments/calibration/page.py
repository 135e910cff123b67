"""The page of a calibration: what was fitted to what, what came of it, what stayed open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..effects import mean_interval
from ..options import seeds_text
from ..references import line

if TYPE_CHECKING:
    import pandas as pd


def page_of(tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any], figures: str) -> str:
    """Markdown; figures: the folder of the figures as seen from the page."""
    fitted, moments = tables["fitted"], tables["moments"]
    parts = [
        f"# Calibration {manifest['name']}: {manifest['title']}",
        f"Written by `{manifest['command']}`. {manifest['runs']:,} runs of {manifest['quarters']} quarters at scale "
        f"{manifest['scale']:g}; seeds {seeds_text(manifest['seeds'])} for every point, hold-out seeds "
        f"{seeds_text(manifest['holdout'])}.",
        *_fit_words(moments, manifest),
        f"![Moments before and after]({figures}/moments.png)",
        _moments_table(moments),
        "## What is known of the parameters",
        _found_words(fitted),
        f"![Posterior]({figures}/posterior.png)",
        _parameters_table(fitted),
        "## What each moment says",
        "Percentage points by which a parameter would be less narrow without the moment. A row without a number is "
        "carried by several moments together, or by none.",
        f"![What each moment says]({figures}/identified.png)",
        f"![Pairs]({figures}/pairs.png)",
        "## Can the method find known parameters?",
        _recovery_words(fitted),
        "## Screening",
        _screening_words(tables["screened"]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _fit_words(moments: pd.DataFrame, manifest: Mapping[str, Any]) -> list[str]:
    found = manifest["distances"]
    if not found:
        return []
    inside = moments[(moments["fitted"] >= moments["band_low"]) & (moments["fitted"] <= moments["band_high"])]
    before = moments[(moments["before"] >= moments["band_low"]) & (moments["before"] <= moments["band_high"])]
    now, then = found["fitted"], found["before"]
    text = (
        f"On hold-out seeds the weighted distance from the published moments is {now[0]:.2f} standard deviations with "
        f"the fitted values (sd over seeds {now[1]:.2f}) and {then[0]:.2f} ({then[1]:.2f}) with the values before; "
        f"{len(inside)} of {len(moments)} moments lie in their band, {len(before)} before."
    )
    unreached = moments[~moments["reached"].astype(bool)]
    if len(unreached):
        names = ", ".join(unreached["label_en"])
        text += (
            f" No point of the ranges reaches {len(unreached)} of them ({names}): these are missed by the model as it "
            "is, and were given their distance as tolerance so that they pull without deciding."
        )
    if manifest["dropped"]:
        names = ", ".join(name.replace("_", " ") for name in manifest["dropped"])
        text += f" Left out, because runs of this length or size do not define them: {names}."
    return [text]


def _moments_table(moments: pd.DataFrame) -> str:
    heads = ("Moment", "published", "band", "before", "fitted", "posterior", "unit", "weight", "source")
    rows = [line(heads), line(("---",) * len(heads))]
    for row in moments.itertuples():
        star = "" if row.reached else " *"
        rows.append(line((
            f"{row.label_en}{star}", _digits(row.published), f"{_digits(row.band_low)} to {_digits(row.band_high)}",
            _digits(row.before), _digits(row.fitted), f"{_digits(row.drawn_low)} to {_digits(row.drawn_high)}",
            row.unit, f"{row.weight:g}", row.source,
        )))  # fmt: skip
    return "\n".join(rows)


def _found_words(fitted: pd.DataFrame) -> str:
    def names(kind: str) -> str:
        return ", ".join(fitted.loc[fitted["found"] == kind, "label_en"].str.lower()) or "none"

    return (
        f"Found (the posterior is less than half as wide as the range): {names('found')}. Narrowed: "
        f"{names('narrowed')}. Left open (less than a fifth narrower): {names('left open')}."
    )


def _parameters_table(fitted: pd.DataFrame) -> str:
    has = "covered_90" in fitted
    heads = ["Assumption", "unit", "range", "before", "fitted", "90 % of the posterior", "narrower"]
    heads += ["covered at 50 %", "at 90 %", "R2 of recovery"] if has else []
    rows = [line(heads), line(["---"] * len(heads))]
    for row in fitted.itertuples():
        cells = [
            row.label_en, row.unit, f"{_digits(row.range_low)} to {_digits(row.range_high)}", _digits(row.before),
            _digits(row.value), f"{_digits(row.low)} to {_digits(row.high)}",
            f"{100 * max(0.0, row.contraction):.0f} %",
        ]  # fmt: skip
        cells += [f"{row.covered_50:.0f} %", f"{row.covered_90:.0f} %", f"{row.recovery_r2:.2f}"] if has else []
        rows.append(line(cells))
    return "\n".join(rows)


def _recovery_words(fitted: pd.DataFrame) -> str:
    if "covered_90" not in fitted:
        return "Not tried in this calibration."
    told = []
    for level in (50, 90):
        mean, low, high = mean_interval(fitted[f"covered_{level}"].to_numpy(float))
        agrees = "agrees" if low <= level <= high else "does not agree"
        held = f"{mean:.0f} % of the cases ({low:.0f} to {high:.0f})"
        told.append(f"intervals of {level} % hold the truth in {held}, which {agrees} with what they claim")
    return (
        "Points that were never played, on seeds that were never used, were taken for the truth and sought from "
        f"their moments alone. Over all parameters, {'; '.join(told)}. In brackets: 95 % interval of the mean over "
        "parameters. By parameter see the table."
    )


def _screening_words(screened: pd.DataFrame) -> str:
    if screened.empty:
        return "All candidates were fitted."
    kept = ", ".join(f"{row.label_en} ({row.score:.1f})" for row in screened[screened["kept"]].itertuples())
    left = ", ".join(f"{row.label_en} ({row.score:.1f})" for row in screened[~screened["kept"]].itertuples())
    return (
        "Score: weighted root mean square of the changes of the moments over the range of a candidate, in standard "
        f"deviations of noise and band together (Morris). Fitted: {kept}. Left at their values: {left}."
    )


def _digits(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
