"""Names of the array types that models pass around: shape, unit and scale where the name tells them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
"""Numbers whose shape and unit the docstring tells."""
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Dates = NDArray[np.datetime64]

Points = Floats
"""(points,): one value a base step, in units of the series; NaN where there is none."""
BySlot = Floats
"""(periods, slots): the same folded; on the link's scale once `forward` was applied."""
Levels = Floats
"""(periods,): on the scale of the level, the logarithm's or the plain one over the series' mean size."""
