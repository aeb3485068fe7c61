"""Where Piccolo finds the database and the tables: the only engine of the project."""

from piccolo.conf.apps import AppRegistry

from app.database.address import database_url
from app.database.engine import SafePostgresEngine

DB = SafePostgresEngine(config={"dsn": database_url()})

APP_REGISTRY = AppRegistry(apps=["app.database.piccolo_app"])
