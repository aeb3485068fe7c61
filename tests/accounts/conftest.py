"""An installation with its legal texts and nobody in it."""

from __future__ import annotations

import pytest

from tests.accounts import cast


@pytest.fixture
async def nobody(pool: None) -> None:
    """No account, no mail, no counter; the first versions of the texts are in force."""
    await cast.empty()
