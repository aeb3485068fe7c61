"""The doors of the search: results, and suggestions while typing."""

from __future__ import annotations

from datetime import UTC, datetime

from litestar import Response, get

from app.search import answer, forms, fruitless, suggestions
from app.search.find import Finder
from app.search.urls import PATH
from app.search.words import typed
from app.web import pages
from app.web.pages import AnyRequest, page


@get(PATH, name="search.results")
async def results(request: AnyRequest) -> Response[bytes]:
    """The list: as a page, or as its changing parts for htmx; 503 when the engine does not reply."""
    if cleaner := pages.tidied(request):
        return cleaner
    finder: Finder = request.app.state.finder
    now = datetime.now(UTC)
    known = await finder.roster.current(now)
    kept, wanted = finder.kept(known), pages.shape(request)
    if wanted in kept.answers:
        finder.tally.add(kept.vain.get(wanted, ""), now)
        return pages.again(request, kept.answers[wanted])
    reading = forms.read(request.query_params, known.order.catalogue, finder.book)
    found = await answer.answer(finder, reading, known, now)
    number = found.pagination.current if found.pagination else 1
    made = page(
        request,
        "search/results.html",
        title=found.title if number == 1 else f"{found.title} · page {number}",
        description=f"{found.title} : {found.summary}. Tarifs, lieux et visio de praticiens du bien-être.",
        path=found.canonical_url,
        is_indexable=found.is_indexable,
        blocks=("results", "facets", "kept", "live"),
        push_url=answer.address(reading, found),
        status=503 if found.failure else 200,
        headers={"retry-after": "10"} if found.failure else None,
        page=found,
    )
    if made.status_code == 200:
        kept.answers[wanted] = made
        if not found.total:
            kept.vain[wanted] = fruitless.countable(reading.criteria)
            finder.tally.add(kept.vain[wanted], now)
    return made


@get(f"{PATH}/suggestions", name="search.suggestions")
async def words(request: AnyRequest) -> Response[bytes]:
    """Practices, themes and practitioners that begin like what is typed."""
    finder: Finder = request.app.state.finder
    now = datetime.now(UTC)
    known = await finder.roster.current(now)
    reading = forms.read(request.query_params, known.order.catalogue, finder.book)
    return page(
        request,
        "search/_suggestions.html",
        title="Suggestions",
        is_indexable=False,
        groups=await suggestions.of_words(finder, reading.criteria, known, now),
    )


@get(f"{PATH}/lieux", name="search.place_suggestions", sync_to_thread=False)
def places(request: AnyRequest) -> Response[bytes]:
    """Places that begin like what is typed."""
    finder: Finder = request.app.state.finder
    text = typed(request.query_params.get("lieu", ""))
    return page(
        request,
        "search/_place_suggestions.html",
        title="Lieux",
        is_indexable=False,
        suggestions=suggestions.of_places(finder, text),
    )
