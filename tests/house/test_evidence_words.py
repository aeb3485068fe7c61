"""The register is read by people: every kind of evidence, and every fact that a room writes, has words in French."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from app import config
from app.evidence.kinds import KINDS, Retention
from app.space import proof_words

WRITING = {"write", "acted", "note", "_noted", "_told", "changed"}
"""The verbs that write evidence, and those of the rooms that pass facts on to them."""
TOLD = {"content", "said", "told"}
"""What the rooms call the facts of an entry while they gather them."""
ARGUMENTS = {"account", "by", "content", "kind", "now", "seen", "subject", "subject_type"}
NOT_FACTS = {"is_met", "unsubscribe_url"}
"""Of a criterion of a profile, and of a mail: no evidence."""
PURGED = {retention.name.lower() for retention in Retention}
"""What the purge of the register tells, by retention."""


def test_no_kind_of_evidence_is_without_words() -> None:
    assert [kind.name for kind in KINDS.values() if kind.label in {"", kind.name}] == []


def test_every_fact_that_a_room_writes_has_its_words() -> None:
    written = {fact for tree in _rooms_that_write() for fact in _facts_of(tree)}
    assert len(written) > 55
    known = {*proof_words.NAMES, *proof_words.MARKS}
    assert (written | PURGED) - ARGUMENTS - NOT_FACTS - known == set()


def test_no_words_are_left_of_a_fact_that_nobody_writes() -> None:
    written = {fact for tree in _rooms_that_write() for fact in _facts_of(tree)}
    assert {*proof_words.NAMES, *proof_words.MARKS} - written - PURGED == set()


def _rooms_that_write() -> Iterator[ast.Module]:
    """The traces of a browser are facts of the accounts; the room that reads them off a request writes nothing."""
    app = config.ROOT / "app"
    for path in sorted({*app.rglob("*.py")} - {*(app / "web").rglob("*.py")}):
        text = path.read_text(encoding="utf-8")
        if any(verb in text for verb in ("register.", "noting.note", "people.changed", "traces(")):
            yield ast.parse(text)


def _facts_of(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=verb) | ast.Name(id=verb)) if verb in WRITING:
                yield from (keyword.arg for keyword in node.keywords if keyword.arg)
                yield from _keys(node)
            case ast.Assign(targets=[ast.Name(id=name)]) if name in TOLD:
                yield from _keys(node.value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Dict()) if name in TOLD:
                yield from _keys(node)
            case ast.AugAssign(target=ast.Name(id=name)) if name in TOLD:
                yield from _keys(node.value)
            case ast.FunctionDef(name="traces"):
                yield from _keys(node)


def _keys(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Dict):
            yield from (str(key.value) for key in part.keys if isinstance(key, ast.Constant))
