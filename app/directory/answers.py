"""What answers a practitioner who edits their page: the page with one part open where it stands, or only that part."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime

import msgspec

from app.directory import editing, forms, lines, own_page, vocabulary, wording
from app.directory.editing import Block, Errors, Overtaken, Refusals, TakenOff
from app.directory.forms import BLOCKS, KEY, LISTS, SEEN, ListForm, Write
from app.directory.own_page import LineShown, OwnPage
from app.directory.places import PlaceBook
from app.errors import NotFound, Refused
from app.web import forms as sent_forms
from app.web import guards
from app.web.going import go
from app.web.pages import AnyAnswer, AnyRequest, is_fragment, page

PAGE = "/espace/profil"
TEMPLATE = "directory/profile.html"
SAVED = "C’est enregistré."


_WORDS = {
    "AUDIENCE": vocabulary.AUDIENCE,
    "ACCESS": vocabulary.ACCESS,
    "PAYMENT": vocabulary.PAYMENT,
    "MODES": vocabulary.MODES,
    "languages": [(language, language) for language in vocabulary.LANGUAGES],
}
"""The closed lists the forms choose from."""


class Opened(msgspec.Struct, frozen=True):
    """A part being edited. `at` begins the ids of its fields, `path` is where it is sent under `/espace/`.

    `told`: what the person must know before they send it again.
    """

    at: str
    path: str
    values: object
    seen: str = ""
    key: str = ""
    errors: Errors = {}
    told: str = ""


def _now() -> datetime:
    return datetime.now(UTC)


def _book(request: AnyRequest) -> PlaceBook:
    book: PlaceBook = request.app.state.book
    return book


async def shown(
    request: AnyRequest,
    *,
    blocks: tuple[str, ...] = (),
    opened: Opened | None = None,
    saved: str = "",
    said: str = "",
    refused: str = "",
    line: int | None = None,
    of: str = "",
    status: int = 200,
) -> AnyAnswer:
    """The page, or its `blocks` for htmx: with `opened` as a form; `saved` is the part that takes the focus, `said`
    (or `refused`) what is said there.

    `line` of the list `of` is the one the block « line » shows.
    """
    own = await own_page.own_page(guards.practitioner(request), _book(request), now=_now())
    return page(
        request,
        TEMPLATE,
        title="Mon profil",
        is_indexable=False,
        blocks=blocks,
        status=status,
        own=own,
        opened=opened,
        saved=saved,
        line=_line_of(own, of, line),
        of=of,
        said=said,
        refused=refused,
        words=_WORDS,
    )


def _line_of(own: OwnPage, of: str, line: int | None) -> LineShown | None:
    """The line of the list `of`; one that is edited and was taken off long ago still has its place, the last."""
    if line is None:
        return None
    held = {"prestations": own.services, "lieux": own.places, "formations": own.trainings}[of]
    found = next((each for each in held if each.id == line), None)
    if found is None:
        found = LineShown(line, "", is_removed=True)
        held.append(found)
    return found


# ---- blocks -------------------------------------------------------------------------------------


async def open_block(request: AnyRequest, block: Block) -> AnyAnswer:
    """The form of a block, where it stands."""
    practitioner = guards.practitioner(request)
    opened = Opened(
        block.value,
        f"profil/{block.value}",
        await BLOCKS[block].load(practitioner),
        seen=await editing.mark_of(practitioner, block),
    )
    return await shown(request, blocks=(block.name.lower(),), opened=opened)


async def save_block(request: AnyRequest, block: Block, write: Write) -> AnyAnswer:
    """Write what was sent with `write`; refused, it comes back with what is wrong (422, or 409 when overtaken)."""
    practitioner, sent = guards.practitioner(request), await sent_forms.read(request)
    written = BLOCKS[block].read(sent)
    seen, told, errors = sent.text(SEEN, max=64), "", Errors()
    try:
        await write(practitioner, written, seen=seen, now=_now())
    except Refusals as refusal:
        errors = refusal.errors
    except Overtaken as refusal:
        told, seen = refusal.message, await editing.mark_of(practitioner, block)
    except Refused as refusal:
        errors = {"": refusal.message}
    name = block.name.lower()
    if told or errors:
        opened = Opened(block.value, f"profil/{block.value}", written, seen, "", errors, told)
        return await shown(request, blocks=(name,), opened=opened, status=409 if told else 422)
    if is_fragment(request):
        return await shown(request, blocks=(name, "progress"), saved=block.value, said=SAVED)
    return go(request, f"{PAGE}#bloc-{block.value}", flash=SAVED)


# ---- lines --------------------------------------------------------------------------------------


async def open_new_line(request: AnyRequest, of: ListForm, new: str) -> AnyAnswer:
    """The form that adds a line, at the end of its list."""
    practitioner = guards.practitioner(request)
    offered = await BLOCKS[Block.PRACTICES].load(practitioner)
    opened = Opened(
        f"{of.slug}-ajout",
        f"{of.slug}/{new}",
        forms.blank(of.kind, new, offered.practices),
        key=await lines.new_key(practitioner, of.kind),
    )
    return await shown(request, blocks=(f"add_{of.kind.name.lower()}",), opened=opened, of=of.slug)


async def add_line(request: AnyRequest, of: ListForm, new: str) -> AnyAnswer:
    """Add the line sent; refused, it comes back with what is wrong (422)."""
    practitioner, sent = guards.practitioner(request), await sent_forms.read(request)
    written = forms.read_line(of.kind, sent, forms.place_kind(new))
    key, adder = sent.text(KEY, max=200), f"add_{of.kind.name.lower()}"
    errors = Errors()
    try:
        line = await forms.add_line(practitioner, written, book=_book(request), key=key, now=_now())
    except Refusals as refusal:
        errors = refusal.errors
    except Refused as refusal:
        errors = {"": refusal.message}
    else:
        if is_fragment(request):
            blocks = ("line", adder, "progress")
            saved = f"{of.slug}-{line}"
            return await shown(
                request, blocks=blocks, saved=saved, said=SAVED, line=line, of=of.slug
            )
        return go(request, f"{PAGE}#{of.slug}-{line}", flash=SAVED)
    opened = Opened(f"{of.slug}-ajout", f"{of.slug}/{new}", written, key=key, errors=errors)
    return await shown(request, blocks=(adder,), opened=opened, of=of.slug, status=422)


async def open_line(request: AnyRequest, of: ListForm, line: int) -> AnyAnswer:
    """The form of a line, where it stands. Raises `NoSuchLine` (404)."""
    practitioner = guards.practitioner(request)
    written = await forms.load_line(of.kind, practitioner, line, _book(request))
    seen = await editing.mark_of_line(practitioner, of.kind, line)
    opened = Opened(f"{of.slug}-{line}", f"{of.slug}/{line}", written, seen)
    return await shown(request, blocks=("line",), opened=opened, line=line, of=of.slug)


async def change_line(
    request: AnyRequest, of: ListForm, line: int, change: Write = forms.change_line
) -> AnyAnswer:
    """Write the line sent with `change`; refused, it comes back with what is wrong (422, or 409 when overtaken).

    One taken off in another tab is put back when it is sent again. Raises `NoSuchLine` (404).
    """
    practitioner, sent = guards.practitioner(request), await sent_forms.read(request)
    seen, told, errors = sent.text(SEEN, max=64), "", Errors()
    kind = await forms.place_kind_of(practitioner, of.kind, line)
    written = forms.read_line(of.kind, sent, kind)
    try:
        await change(practitioner, line, written, book=_book(request), seen=seen, now=_now())
    except TakenOff as refusal:
        told, seen = refusal.message, editing.TAKEN_OFF
    except Overtaken as refusal:
        told, seen = refusal.message, await editing.mark_of_line(practitioner, of.kind, line)
    except Refusals as refusal:
        errors = refusal.errors
    except Refused as refusal:
        errors = {"": refusal.message}
    at = f"{of.slug}-{line}"
    if told or errors:
        opened = Opened(at, f"{of.slug}/{line}", written, seen, "", errors, told)
        status = 409 if told else 422
        return await shown(
            request, blocks=("line",), opened=opened, line=line, of=of.slug, status=status
        )
    return await _after(request, of, line, SAVED)


async def remove_line(
    request: AnyRequest, of: ListForm, line: int, remove: Write = lines.remove
) -> AnyAnswer:
    """Take a line off with `remove`; its place says so for a while, with the way back, or says why it stays (409)."""
    try:
        await remove(guards.practitioner(request), of.kind, line, now=_now())
    except Refused as refusal:
        return await shown(
            request,
            blocks=("line",),
            saved=f"{of.slug}-{line}",
            refused=refusal.message,
            line=line,
            of=of.slug,
            status=409,
        )
    return await _after(request, of, line, "C’est supprimé. Vous pouvez l’annuler dix minutes.")


async def restore_line(request: AnyRequest, of: ListForm, line: int) -> AnyAnswer:
    await lines.restore(guards.practitioner(request), of.kind, line, now=_now())
    return await _after(request, of, line, "C’est remis à sa place.")


async def _after(request: AnyRequest, of: ListForm, line: int, said: str) -> AnyAnswer:
    at = f"{of.slug}-{line}"
    if is_fragment(request):
        return await shown(
            request, blocks=("line", "progress"), saved=at, said=said, line=line, of=of.slug
        )
    return go(request, f"{PAGE}#{at}", flash=said)


async def move_line(request: AnyRequest, of: ListForm, line: int, *, by: int) -> AnyAnswer:
    await lines.move(guards.practitioner(request), of.kind, line, by=by, now=_now())
    return await _in_order(request, of, f"{of.slug}-{line}-{'monter' if by < 0 else 'descendre'}")


async def arrange_lines(request: AnyRequest, of: ListForm) -> AnyAnswer:
    sent = await sent_forms.read(request)
    order = forms.ids(sent, "ordre")
    await lines.arrange(guards.practitioner(request), of.kind, order, now=_now())
    return await _in_order(request, of, f"{of.slug}-ordre")


async def _in_order(request: AnyRequest, of: ListForm, saved: str) -> AnyAnswer:
    if is_fragment(request):
        return await shown(request, blocks=(of.slug,), saved=saved, of=of.slug)
    return go(request, f"{PAGE}#bloc-{of.slug}", flash="L’ordre est enregistré.")


# ---- a part put back as it was, the writing aid -------------------------------------------------


async def part(request: AnyRequest, named: str) -> AnyAnswer:
    """A part as it is stored, for who gives up editing it; the whole page for an unknown name."""
    slug, _, line = named.rpartition("-")
    if named in BLOCKS:
        return await shown(request, blocks=(Block(named).name.lower(),), saved=named)
    if slug in LISTS and line == "ajout":
        adder = f"add_{LISTS[slug].kind.name.lower()}"
        return await shown(request, blocks=(adder,), saved=named, of=slug)
    if slug in LISTS and line.isdecimal() and len(line) < 10:
        number = int(line)
        with suppress(TakenOff):
            await editing.mark_of_line(guards.practitioner(request), LISTS[slug].kind, number)
        return await shown(request, blocks=("line",), saved=named, line=number, of=slug)
    return await shown(request)


WORDED = ("titre", "presentation", "annulation", "intitule", "description", "acces")
"""The fields the aid reads."""


async def words(request: AnyRequest) -> AnyAnswer:
    """What the writing aid says of the field `champ` while it is typed; nothing of it is kept (EX-3.1-15)."""
    sent = await sent_forms.read(request)
    field, at = sent.text("champ", max=20), sent.text("ou", max=40)
    if field not in WORDED or not re.fullmatch(r"[a-z0-9-]{1,40}", at):
        raise NotFound
    return page(
        request,
        "directory/words.html",
        title="Mots à relire",
        is_indexable=False,
        blocks=("words",),
        found=wording.risky_words(sent.prose(field)),
        at=at,
        field=field,
    )
