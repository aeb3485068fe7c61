"""The back door: runs the notes left in the queue and the clock; says which room reads which note."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

import msgspec
import structlog
from pgqueuer import PgQueuer
from pgqueuer.models import Job

from app import config, logs
from app.accounts import asking, suspensions
from app.database import address, connection
from app.directory import changes, completeness
from app.evidence import anchors, nightly
from app.evidence.anchors import Anchored
from app.evidence.sealer import Sealer
from app.jobs import clock, executing, queue, tidying
from app.jobs.clock import Recurring
from app.launching import CannotStart
from app.legal import publishing
from app.listing import nightly as listing_nightly
from app.listing import telling
from app.moderation import following
from app.post import delivery, outbox
from app.search import engine, index
from app.search.meilisearch_gateway import IndexGateway
from app.space import announcing, personal_data, retention
from app.storage import tidying as files_tidying

BEAT_SECONDS = 5
CLOCK_SECONDS = 20
DEAD_AFTER_SECONDS = 30.0
"""A worker that gives no sign for so long is taken for dead: its jobs are run again."""
MAILS_AT_ONCE = 10
"""In the whole installation: what a mail server takes from one client without complaint."""
_log = structlog.get_logger("worker")

SEAL_SECONDS = 0.5
"""Between two looks of the sealer: an entry waits about so long for its place in the chain."""

RECURRING = [
    Recurring("listing_suspensions", time(0, 5), following.SUSPENSIONS_OVER),
    Recurring("evidence_night", time(2, 30), nightly.EVIDENCE_NIGHT),
    Recurring("listing_night", time(3, 0), listing_nightly.LISTING_NIGHT),
    Recurring("retention", time(3, 30), retention.RETENTION),
    Recurring("tidy_queue", time(3, 40), tidying.TIDY_QUEUE),
    Recurring("tidy_files", time(3, 50), files_tidying.TIDY_FILES),
]
"""What is started every day, and when in Paris."""


def readers(queuer: PgQueuer, gateway: IndexGateway) -> None:
    """Which room reads which note."""
    executor = executing.executor(executing.Turns())

    def reads(note: str, *, at_once: int = 0) -> Callable[[_Reader], _Reader]:
        """At most `at_once` in the whole installation (0: no limit); held after the last try."""
        return queuer.entrypoint(
            note, concurrency_limit=at_once, on_failure="hold", executor_factory=executor
        )

    # One at a time: the index follows the directory's changes in their order.
    @reads(changes.DIRECTORY_CHANGED, at_once=1)
    async def directory_changed(_: Job) -> None:
        sent = await index.follow(gateway)
        if sent:
            _log.info("indexed", practitioners=sent)

    @reads(outbox.MAIL_QUEUED, at_once=MAILS_AT_ONCE)
    async def mail_queued(job: Job) -> None:
        await delivery.deliver(carried(job, UUID))

    @reads(nightly.EVIDENCE_NIGHT, at_once=1)
    async def evidence_night(_: Job) -> None:
        report = await nightly.keep(datetime.now(UTC))
        _log.info("evidence", sealed=report.sealed, anomalies=len(report.anomalies))

    @reads(anchors.EVIDENCE_ANCHORED)
    async def evidence_anchored(job: Job) -> None:
        await _send_anchor(carried(job, Anchored), datetime.now(UTC))

    @reads(tidying.TIDY_QUEUE, at_once=1)
    async def tidy_queue(_: Job) -> None:
        now = datetime.now(UTC)
        await clock.forget(now)
        await changes.forget_old()
        _log.info("tidied", lines=await tidying.tidy(now))

    @reads(files_tidying.TIDY_FILES, at_once=1)
    async def tidy_files(_: Job) -> None:
        tidied = await files_tidying.tidy(datetime.now(UTC))
        _log.info("tidied", files=tidied.files, pieces=tidied.pieces)

    _read_accounts(reads)
    _read_listing(reads)


def _read_accounts(reads: _Reads) -> None:
    """The notes of the accounts."""

    @reads(asking.LINK_ASKED)
    async def link_asked(job: Job) -> None:
        await asking.answer(job.payload or b"null", now=datetime.now(UTC))

    @reads(publishing.DOCUMENT_PUBLISHED)
    async def document_published(job: Job) -> None:
        await announcing.published(carried(job, int), now=datetime.now(UTC))

    @reads(announcing.DOCUMENT_ANNOUNCED)
    async def document_announced(job: Job) -> None:
        await announcing.announce(carried(job, announcing.Rest), now=datetime.now(UTC))

    @reads(retention.RETENTION, at_once=1)
    async def retention_due(_: Job) -> None:
        for line in await retention.run(datetime.now(UTC)):
            _log.info("retention", rule=line.rule, count=line.count)

    @reads(suspensions.STANDING_CHANGED)
    async def account_standing_changed(job: Job) -> None:
        await following.follow_account(carried(job, UUID), now=datetime.now(UTC))

    @reads(following.SUSPENSIONS_OVER, at_once=1)
    async def listing_suspensions_over(_: Job) -> None:
        _log.info("lifted", listings=await following.lift_over(datetime.now(UTC)))

    @reads(personal_data.ARCHIVE_ASKED, at_once=1)
    async def archive_asked(job: Job) -> None:
        await personal_data.build(carried(job, UUID), now=datetime.now(UTC))


def _read_listing(reads: _Reads) -> None:
    """The notes of the listings."""

    @reads(listing_nightly.LISTING_NIGHT, at_once=1)
    async def listing_night(_: Job) -> None:
        night = await listing_nightly.run(datetime.now(UTC))
        _log.info("listings", **msgspec.structs.asdict(night))

    @reads(completeness.COMPLETENESS_CHANGED)
    async def completeness_changed(job: Job) -> None:
        await telling.completeness_changed(carried(job, int), now=datetime.now(UTC))


_Reader = Callable[[Job], Awaitable[None]]
_Carried = TypeVar("_Carried")


class _Reads(Protocol):
    """Says that a function reads a note."""

    def __call__(self, note: str, *, at_once: int = 0) -> Callable[[_Reader], _Reader]: ...


def carried(job: Job, kind: type[_Carried]) -> _Carried:
    """What the note carries, as `queue.enqueue` was given it."""
    return msgspec.json.decode(job.payload or b"null", type=kind)


async def _send_anchor(anchored: Anchored, now: datetime) -> None:
    """The head of the register, and the alert when the check found something, to each address that keeps anchors."""
    async with connection.transaction():
        for address in anchored.addresses:
            await outbox.send(
                "evidence_anchor",
                to=address,
                account=None,
                now=now,
                position=anchored.anchor.position,
                seal_hash=anchored.anchor.seal_hash,
                anchored_at=datetime.fromisoformat(anchored.anchor.anchored_at),
            )
            if anchored.anomalies:
                words = f"Registre de preuves : {anchored.anomalies} anomalie(s)"
                links = [(words, "/admin/preuves")]
                await outbox.send("admin_alert", to=address, account=None, now=now, links=links)


async def _repeat(work: Callable[[], Awaitable[object]], every_seconds: float) -> None:
    """Do `work` again and again; a failure is written down, and the next time tries again."""
    while True:
        try:
            await work()
        except Exception as failure:  # noqa: BLE001 - the database may be away for a while
            _log.warning("unable", work=work.__name__, cause=type(failure).__name__)
        await asyncio.sleep(every_seconds)


async def _beat() -> None:
    await queue.beat(queue.WORKER, datetime.now(UTC))


_sealer = Sealer()


async def _seal() -> None:
    await _sealer.seal(datetime.now(UTC))


async def _look_at_the_clock() -> None:
    for name in await clock.tick(datetime.now(UTC), RECURRING):
        _log.info("started", name=name)


async def _work() -> None:
    settings = config.current()
    await connection.open_pool(max(4, settings.database_pool_size))
    queuer = PgQueuer.from_asyncpg_pool(connection.engine().pool)
    readers(queuer, IndexGateway(*engine.address()))
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, queuer.shutdown.set)
    beside = [
        asyncio.create_task(_repeat(_beat, BEAT_SECONDS)),
        asyncio.create_task(_repeat(_look_at_the_clock, CLOCK_SECONDS)),
        asyncio.create_task(_repeat(_seal, SEAL_SECONDS)),
    ]
    try:
        await queuer.run(
            # The listener does not come back by itself after a cut: short polls bound the wait.
            dequeue_timeout=timedelta(seconds=2),
            heartbeat_timeout=timedelta(seconds=DEAD_AFTER_SECONDS),
        )
    finally:
        for task in beside:
            task.cancel()
        await connection.close_pool()


def run() -> None:
    """Work until told to stop; raises `CannotStart` when the database is lost on the way."""
    logs.configure()
    try:
        asyncio.run(_work())
    except Exception as failure:
        # A cut shows itself as a failure of whatever asked first: only the database knows.
        if asyncio.run(address.is_answering()):
            raise
        raise CannotStart(
            "La base de données ne répond plus : les tâches de fond s’arrêtent."
        ) from failure
