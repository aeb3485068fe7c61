"""Files kept outside the database: what each one is, whose it is, and under which name it is stored."""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, Bytea, SmallInt, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.columns.defaults.uuid import UUID4
from piccolo.table import Table


class StoredFile(Table, tablename="stored_file"):
    """A file of somebody, ciphered where `sealed_key` is set (the key of the file, itself ciphered).

    `sha256` is that of the file as it was sent; `owner` is opaque (an account). The bytes are under `place` in the
    store; a row without bytes is a sending that was cut, removed by the night's tidying.
    """

    id = UUID(primary_key=True, default=UUID4())
    owner = UUID(default=None, null=False, index=True)
    purpose = Varchar(length=30, help_text="dossier, portrait")
    name = Varchar(length=160, help_text="as the person named it, cleaned")
    media_type = Varchar(length=60, help_text="read from the content")
    size_bytes = BigInt(default=0)
    sha256 = Bytea(null=True, default=None, index=True)
    place = Varchar(length=200, unique=True)
    sealed_key = Bytea(null=True, default=None)
    sent_at = Timestamptz(default=TimestamptzNow())
    arrived_at = Timestamptz(null=True, default=None)
    pages = SmallInt(null=True, default=None, help_text="how many can be shown; none of a portrait")
