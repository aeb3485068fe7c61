"""The PostgreSQL engine of the product: Piccolo's, with transactions that always give their connection back."""

from __future__ import annotations

from types import TracebackType
from typing import Literal, Self

from piccolo.engine.postgres import PostgresEngine, PostgresTransaction


class SafeTransaction(PostgresTransaction):
    """Piccolo's transaction keeps its pooled connection for ever when COMMIT, ROLLBACK or BEGIN fails
    (deferred constraint, killed backend): here it is released whatever happens."""

    async def __aenter__(self) -> Self:
        if self._parent is not None:
            return self._parent  # type: ignore[return-value]  # a parent is one of ours
        self.connection = await self.get_connection()
        try:
            self.transaction = self.connection.transaction()
            await self.begin()
        except BaseException:
            await self._release()
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def _release(self) -> None:
        if self.engine.pool:
            await self.engine.pool.release(self.connection)
        else:
            await self.connection.close()

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> Literal[False]:
        if self._parent:
            return False
        try:
            if exception_type:
                if not self._rolled_back:
                    await self.rollback()
            elif not self._committed and not self._rolled_back:
                await self.commit()
        finally:
            self.engine.current_transaction.reset(self.context)
            await self._release()
        return False


class SafePostgresEngine(PostgresEngine):
    """PostgreSQL only, any version from 15 on."""

    def transaction(self, allow_nested: bool = True) -> SafeTransaction:
        return SafeTransaction(engine=self, allow_nested=allow_nested)

    async def check_version(self) -> None:
        """Piccolo would open a connection when this file is imported; the pool says soon enough what is wrong."""

    async def prep_database(self) -> None:
        """Piccolo would create the uuid-ossp extension at start-up; the one needed here is made by a migration."""
