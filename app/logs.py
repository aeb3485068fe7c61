"""Structured logs: one JSON line each in production, readable lines in development; no personal data."""

from __future__ import annotations

import logging

import structlog

from app import config


def configure() -> None:
    """Set the shape of the logs for this process."""
    logging.getLogger("asyncpg.pool").addFilter(_in_one_line)
    last = (
        structlog.processors.JSONRenderer()
        if config.current().is_production
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=10)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.WARNING if config.current().environment == "test" else logging.INFO
        ),
        cache_logger_on_first_use=True,
    )


def _in_one_line(record: logging.LogRecord) -> bool:
    """A cut of the database, which the pool tells by a traceback a second for each process."""
    record.exc_info = None
    return True
