from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Timestamptz
from piccolo.columns.indexes import IndexMethod


ID = "2026-11-22T16:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "themes and practices the operator edited"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="monpro", description=DESCRIPTION
    )

    for table_class_name, tablename in (("Theme", "theme"), ("Practice", "practice")):
        manager.add_column(
            table_class_name=table_class_name,
            tablename=tablename,
            column_name="edited_at",
            db_column_name="edited_at",
            column_class_name="Timestamptz",
            column_class=Timestamptz,
            params={
                "default": None,
                "null": True,
                "primary_key": False,
                "unique": False,
                "index": False,
                "index_method": IndexMethod.btree,
                "choices": None,
                "db_column_name": None,
                "secret": False,
            },
            schema=None,
        )

    return manager
