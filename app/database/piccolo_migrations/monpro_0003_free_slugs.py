from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.constraints import Check

ID = "2026-11-22T13:10:58:378238"
VERSION = "1.38.0"
DESCRIPTION = "addresses of the site are no practitioner's"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="monpro", description=DESCRIPTION
    )

    manager.add_constraint(
        table_class_name="Practitioner",
        tablename="practitioner",
        constraint_name="practitioner_slug_free",
        constraint_class=Check,
        params={"condition": "slug NOT IN ('suggestions', 'lieux')"},
        schema=None,
    )

    return manager
