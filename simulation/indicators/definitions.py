"""All indicators, in the order of the columns of a run."""

from collections.abc import Iterable
from typing import Final

from simulation.indicators.cycle import CYCLE
from simulation.indicators.financing import FINANCING
from simulation.indicators.industry import INDUSTRY
from simulation.indicators.innovation import INNOVATION
from simulation.indicators.public_finance import PUBLIC_FINANCE
from simulation.indicators.record import Indicator
from simulation.indicators.stability import STABILITY


def index_by_id(indicators: Iterable[Indicator]) -> dict[str, Indicator]:
    """Return the indicators by id, in the order given.

    Errors: ``ValueError`` if two share an id, since one column cannot hold both.
    """
    by_id: dict[str, Indicator] = {}
    for indicator in indicators:
        if indicator.id in by_id:
            raise ValueError(f"indicator {indicator.id!r} is declared twice")
        by_id[indicator.id] = indicator
    return by_id


INDICATORS: Final = index_by_id((*INNOVATION, *FINANCING, *INDUSTRY, *STABILITY, *PUBLIC_FINANCE, *CYCLE))
