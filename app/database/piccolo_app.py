"""The tables of every room, as one Piccolo application, so that migrations follow one line."""

from __future__ import annotations

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

TABLE_MODULES = [
    "app.storage.tables",
    "app.evidence.tables",
    "app.post.tables",
    "app.settings.tables",
    "app.legal.tables",
    "app.accounts.tables",
    "app.directory.tables",
    "app.listing.tables",
    "app.calendar.tables",
    "app.search.tables",
    "app.moderation.tables",
    "app.jobs.tables",
]

APP_CONFIG = AppConfig(
    app_name="monpro",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(modules=TABLE_MODULES),
)
