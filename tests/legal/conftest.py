"""An installation whose legal documents have their first version, and no other."""

from __future__ import annotations

import pytest

from app.database import connection
from tests.factories import first_texts_only


@pytest.fixture
async def texts(pool: None) -> None:
    """The first versions, in force; the default settings; nothing waiting for the worker."""
    await connection.execute("TRUNCATE setting_change, pgqueuer CASCADE")
    await first_texts_only()
