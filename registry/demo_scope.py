"""What the sample laboratories are accredited for: best uncertainties that are constant, of the reading, and both."""

from decimal import Decimal
from typing import Any, Final

from registry.labs.scope.lines import LineValues
from registry.labs.scope.rules import Combined, Place, RelativeUnit


def _line(quantity: str, unit: str, ends: tuple[str, str], method: str, **said: Any) -> LineValues:  # noqa: ANN401 — fields of a line
    numbers = {name: Decimal(said.pop(name)) for name in ("cmc", "cmc_relative") if name in said}
    low, high = (Decimal(end) for end in ends)
    line: Any = {"quantity": quantity, "unit": unit, "range_low": low, "range_high": high, "method": method}
    line |= numbers | said
    found: LineValues = line
    return found


MASS: Final = _line("Khối lượng", "g", ("0.001", "20000"), "ĐLVN 285", cmc="0.000002", price=350_000)
SCOPE: Final = (
    MASS,
    _line(
        *("Độ dài", "mm", ("0", "1000"), "ĐLVN 119"),
        cmc="0.5",
        cmc_unit="µm",
        cmc_relative="1.2",
        cmc_relative_unit=RelativeUnit.PPM,
        cmc_combined=Combined.ROOT_SUM_SQUARES,
        place=Place.LABORATORY,
        measurand="Thước cặp, panme",
        price=250_000,
    ),
    _line(
        *("Nhiệt độ", "°C", ("-20", "150"), "ĐLVN 138"),
        cmc="0.05",
        cmc_relative="0.1",
        cmc_relative_unit=RelativeUnit.PERCENT,
        cmc_combined=Combined.SUM,
        place=Place.BOTH,
        measurand="Nhiệt kế hiện số, tủ nhiệt",
        price=400_000,
    ),
    _line(
        *("Áp suất", "MPa", ("0", "70"), "ĐLVN 76"),
        cmc_relative="0.05",
        cmc_relative_unit=RelativeUnit.PERCENT,
        place=Place.BOTH,
        measurand="Áp kế kiểu lò xo và hiện số",
        price=300_000,
    ),
)
