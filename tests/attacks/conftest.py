from __future__ import annotations

import pytest

from tests.data.reading import Reading


@pytest.fixture
def reading(tmp_path):
    """A CSV source in a repository of its own, and the spec that reads it."""
    return Reading(tmp_path / "shop").write(
        "2026-01-01T00:00Z,1", "2026-01-01T01:00Z,2", "2026-01-01T02:00Z,3"
    )
