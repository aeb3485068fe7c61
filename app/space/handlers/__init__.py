"""The doors of the personal space, one file a subject."""

from __future__ import annotations

from app.space.handlers import consents, details, home, leaving, personal_data, security

__all__ = ["consents", "details", "home", "leaving", "personal_data", "security"]
