"""The front door: builds the application, with the whole URL map on one screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from litestar import Litestar
from litestar.datastructures import State
from litestar.types import ASGIApp
from msgspec.structs import replace

from app import config, logs
from app.accounts import handlers as accounts
from app.accounts import sessions
from app.backoffice import handlers as backoffice
from app.calendar import handlers as calendar
from app.database import connection
from app.directory import handlers as directory
from app.directory import ownership, places
from app.legal import documents, shelf
from app.legal import handlers as legal
from app.listing import handlers as listing
from app.moderation import handlers as moderation
from app.pages import handlers as pages
from app.post import handlers as post
from app.rendering.environment import compile_all, environment
from app.search import engine, fruitless, people
from app.search import handlers as search
from app.search.find import Finder
from app.search.meilisearch_gateway import SearchGateway
from app.search.roster import Roster
from app.space import handlers as space
from app.web import assets, failures, guards
from app.web.headers import Surroundings
from app.web.people import SignedIn
from app.web.sessions import Sessions

ROUTES = [
    # what everybody sees
    pages.home,
    search.results,
    search.words,
    search.places,
    pages.profile,
    pages.themes,
    pages.theme,
    pages.practices,
    pages.practice,
    pages.practice_place,
    # the doors of accounts
    accounts.sign_up,
    accounts.signed_up,
    accounts.sign_up_sent,
    accounts.sign_in,
    accounts.signed_in,
    accounts.code,
    accounts.code_given,
    accounts.sign_out,
    accounts.link,
    accounts.link_asked,
    accounts.link_sent,
    accounts.strength,
    accounts.mailed_link,
    accounts.mailed_link_used,
    # texts
    pages.text,
    pages.licences,
    pages.site_map,
    # legal documents
    legal.current,
    legal.versions,
    legal.version,
    legal.download,
    legal.differences,
    # the personal space
    space.home.home,
    space.home.empty,
    space.details.details_page,
    space.details.change_details,
    space.details.change_email,
    space.details.confirmation,
    space.details.details_checked,
    space.security.security_page,
    space.security.change_password,
    space.security.end_session,
    space.security.end_other_sessions,
    space.security.report_access,
    space.security.access_reported,
    space.security.second_factor,
    space.security.turn_factor_on,
    space.security.new_codes,
    space.security.turn_factor_off,
    space.consents.notifications,
    space.consents.choose_notifications,
    space.consents.consents_page,
    space.personal_data.evidence,
    space.personal_data.evidence_file,
    space.personal_data.identity,
    space.personal_data.prove_identity,
    space.personal_data.download,
    space.personal_data.ask_archive,
    space.personal_data.take_archive,
    space.personal_data.requests_page,
    space.personal_data.send_request,
    space.leaving.close,
    space.leaving.confirm,
    space.leaving.close_account,
    space.leaving.closed,
    space.consents.to_accept,
    space.consents.accept,
    # the practitioner's own page
    space.home.practitioner_home_page,
    pages.preview,
    directory.own_page,
    directory.part_of_page,
    directory.block,
    directory.save_block,
    directory.new_line,
    directory.add_line,
    directory.line_form,
    directory.change_line,
    directory.remove_line,
    directory.restore_line,
    directory.line_up,
    directory.line_down,
    directory.arrange,
    directory.words,
    directory.portrait_form,
    directory.give_portrait,
    directory.take_portrait_off,
    calendar.hours,
    calendar.save_hours,
    # the practitioner's dossier and contract
    listing.joining,
    listing.join,
    listing.dossier,
    listing.submit,
    listing.item,
    listing.save_item,
    listing.line_form,
    listing.save_line,
    listing.remove_line,
    listing.send_file,
    listing.send_line_file,
    listing.document,
    listing.take_off,
    listing.practices,
    listing.save_practices,
    listing.change_service,
    listing.remove_service,
    listing.contract,
    listing.accept,
    # the administrator's desk
    backoffice.running.home,
    backoffice.dossiers.queue,
    backoffice.dossiers.queue_sheet,
    backoffice.dossiers.dossier,
    backoffice.dossiers.document,
    backoffice.dossiers.document_page,
    backoffice.dossiers.note_line,
    backoffice.dossiers.everything_delivered,
    backoffice.dossiers.list_dossier,
    backoffice.dossiers.ask_correction,
    backoffice.dossiers.refuse_dossier,
    backoffice.dossiers.put_aside,
    backoffice.trade.themes,
    backoffice.trade.theme,
    backoffice.trade.change_theme,
    backoffice.trade.offer_theme,
    backoffice.trade.practices,
    backoffice.trade.practice,
    backoffice.trade.change_practice,
    backoffice.trade.offer_practice,
    backoffice.figures.tables,
    backoffice.figures.table,
    backoffice.people.people,
    backoffice.people.person,
    backoffice.people.suspend,
    backoffice.people.lift,
    backoffice.people.terminate,
    backoffice.people.data_requests,
    backoffice.people.data_request,
    backoffice.people.answer,
    backoffice.texts.texts,
    backoffice.texts.draft,
    backoffice.texts.publish,
    backoffice.running.mails,
    backoffice.running.send_again,
    backoffice.running.jobs,
    backoffice.running.run_again,
    backoffice.running.evidence,
    backoffice.running.check,
    backoffice.running.settings,
    backoffice.running.adjust,
    backoffice.listings.listings,
    backoffice.listings.listing,
    backoffice.listings.decide,
    backoffice.listings.contest_list,
    backoffice.listings.contest,
    backoffice.listings.reexamine,
    backoffice.customers.home,
    backoffice.customers.preview,
    backoffice.customers.preview_file,
    backoffice.customers.replace,
    backoffice.customers.settle,
    backoffice.customers.flag,
    # the end of a listing, decisions and their contests, the operator's software
    moderation.listing,
    moderation.leaving_page,
    moderation.leave,
    moderation.stay,
    moderation.contest,
    moderation.contested,
    moderation.customers,
    # mails one no longer wants
    post.unsubscribe,
    post.unsubscribed,
    # machines
    directory.portrait,
    pages.sitemap_index,
    pages.sitemap,
    pages.robots,
    pages.health,
    assets.static,
]
MAX_BODY_BYTES = 100_000
STATEMENT_SECONDS = 15.0
"""A page never waits longer for the database; the person is told, the process stays free."""


async def signed_in(token: str, now: datetime) -> SignedIn | None:
    """Who holds the session of `token`, and the practitioner they are, if any."""
    found = await sessions.opened(token, now)
    if found is None or found.is_admin:
        return found
    return replace(found, practitioner=await ownership.practitioner_of(found.account_id))


@asynccontextmanager
async def lifespan(app: Litestar) -> AsyncIterator[None]:
    """Open the pool of the process, then its parts."""
    size = config.current().database_pool_size
    await connection.open_pool(size, patience_seconds=STATEMENT_SECONDS, is_stateless=True)
    try:
        if config.current().is_production:
            await documents.check_published(datetime.now(UTC))
        async with parts(app):
            yield
    finally:
        await connection.close_pool()


@asynccontextmanager
async def parts(app: Litestar) -> AsyncIterator[None]:
    """What the process keeps in memory (the places, the ranks) and its client of the engine."""
    book = await places.load()
    roster = Roster(book)
    await roster.current(datetime.now(UTC))
    await shelf.fill()
    url, key = engine.address()
    gateway = SearchGateway(url, key, timeout_ms=config.current().search_timeout_ms)
    app.state.finder, app.state.book = Finder(roster, book, gateway), book
    try:
        card = app.state.templates.globals["ui"].card
        async with fruitless.counting(app.state.finder.tally), people.meeting(roster, card):
            yield
    finally:
        await gateway.close()


def create_app() -> Litestar:
    """The Litestar application, without its surroundings."""
    is_reloading = config.current().environment == "development"
    files = assets.Assets(reload=is_reloading)
    templates = environment(files.url, auto_reload=is_reloading)
    compile_all(templates)
    application = Litestar(
        route_handlers=ROUTES + (post.DEVELOPMENT if is_reloading else []),
        guards=[guards.whole_site],
        lifespan=[lifespan],
        state=State({"assets": files, "templates": templates}),
        exception_handlers={Exception: failures.handle, 404: failures.handle, 405: failures.handle},
        openapi_config=None,
        request_max_body_size=MAX_BODY_BYTES,
        logging_config=None,
        debug=False,
    )
    application.asgi_handler = Sessions(application.asgi_handler, load=signed_in)
    return application


def surrounded() -> ASGIApp:
    """What the server serves."""
    logs.configure()
    return Surroundings(create_app(), is_production=config.current().is_production)


app = surrounded()
