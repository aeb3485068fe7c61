"""The templates compile, fail on what they are not given, and escape what people write."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment, TemplateNotFound, UndefinedError

from app import config
from app.rendering import environment as rendering


@pytest.fixture(scope="module")
def env() -> Environment:
    return rendering.environment(lambda name: f"/static/{name}", auto_reload=False)


def test_every_template_compiles(env: Environment) -> None:
    names = rendering.compile_all(env)
    files = {
        p.relative_to(rendering.TEMPLATES).as_posix() for p in rendering.TEMPLATES.rglob("*.*")
    }
    assert set(names) == files


def test_a_template_that_needs_a_missing_one_does_not_compile(
    env: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "orphan.html").write_text('{% extends "nowhere.html" %}', encoding="utf-8")
    lonely = env.overlay(loader=DictLoader({"orphan.html": '{% extends "nowhere.html" %}'}))
    monkeypatch.setattr(rendering, "TEMPLATES", tmp_path)
    with pytest.raises(TemplateNotFound, match=r"orphan\.html needs nowhere\.html"):
        rendering.compile_all(lonely)


def test_a_word_the_handler_did_not_give_fails(env: Environment) -> None:
    with pytest.raises(UndefinedError):
        env.from_string("{{ forgotten }}").render()


def test_what_people_write_is_escaped(env: Environment) -> None:
    assert env.from_string("{{ said }}").render(said="<b>") == "&lt;b&gt;"


def test_a_page_dates_an_instant_by_its_day_in_paris(env: Environment) -> None:
    at = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    assert env.from_string("{{ at|day }}").render(at=at) == "1er\u00a0juillet 2026"


def test_the_text_of_a_mail_is_not_escaped(env: Environment) -> None:
    mails = env.overlay(loader=DictLoader({"body.txt": "{{ said }}", "body.html": "{{ said }}"}))
    assert mails.get_template("body.txt").render(said="l’été & <moi>") == "l’été & <moi>"
    assert mails.get_template("body.html").render(said="&") == "&amp;"


def test_a_macro_that_does_not_exist_is_named(env: Environment) -> None:
    with pytest.raises(UndefinedError, match="no_such_macro"):
        env.from_string("{{ ui.no_such_macro() }}").render()


def test_a_macro_is_found_again_while_templates_change() -> None:
    changing = rendering.environment(lambda name: f"/static/{name}", auto_reload=True)
    assert "#pin" in changing.from_string('{{ ui.icon("pin") }}').render()
    assert "#mail" in changing.from_string('{{ ui.icon("mail") }}').render()


def test_a_theme_without_a_drawing_gets_the_leaf(env: Environment) -> None:
    assert "#feuille" in env.from_string('{{ ui.theme_icon("une-autre") }}').render()
    assert "#mieux-dormir" in env.from_string('{{ ui.theme_icon("mieux-dormir") }}').render()


def test_what_is_shared_has_a_whole_address(env: Environment) -> None:
    shown = env.from_string('{{ asset("img/partage.png")|absolute }}').render()
    assert shown == f"{config.current().public_url}/static/img/partage.png"
