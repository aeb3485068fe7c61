from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean
from piccolo.columns.indexes import IndexMethod
from piccolo.constraints import Check

ID = "2026-11-22T17:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "a legal identity is told in parts"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="monpro", description=DESCRIPTION
    )

    manager.add_column(
        table_class_name="LegalIdentity",
        tablename="legal_identity",
        column_name="is_vat_told",
        db_column_name="is_vat_told",
        column_class_name="Boolean",
        column_class=Boolean,
        params={
            "default": True,
            "null": False,
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

    manager.drop_constraint(
        table_class_name="LegalIdentity",
        tablename="legal_identity",
        constraint_name="legal_identity_siret_shaped",
        schema=None,
    )

    manager.add_constraint(
        table_class_name="LegalIdentity",
        tablename="legal_identity",
        constraint_name="legal_identity_siret_shape",
        constraint_class=Check,
        params={"condition": "siret ~ '^([0-9]{14})?$'"},
        schema=None,
    )

    return manager
