"""`patchbay keys` and `patchbay config`: what holds, and where it came from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.commands import Demo

CONFIG = (
    'theme = "nord"\nsigns = "runes"\n\n[keys]\nundo = "z"\nmerge = "n"\nnew-patch = "ctrl+n"\nready = "o"\n'
)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG)
    monkeypatch.setenv("PATCHBAY_CONFIG", str(path))
    monkeypatch.setenv("VISUAL", "ed -v")
    monkeypatch.setenv("LANG", "C.UTF-8")
    for name in ("LC_ALL", "LC_CTYPE", "NO_COLOR", "TEXTUAL_THEME", "PATCHBAY_SIGNS"):
        monkeypatch.delenv(name, raising=False)
    return path


def test_keys_lists_every_command_with_its_key_and_where_that_came_from(demo: Demo, config: Path) -> None:
    rows = [line.split() for line in demo("keys").out.splitlines()]
    assert ["z", "undo", "config.toml:5", "Take", "back"] in [row[:5] for row in rows]
    assert ["r", "ready", "default"] in [row[:3] for row in rows]
    assert ["?", "F1", "help", "default"] in [row[:4] for row in rows]


def test_keys_ends_with_the_clashes(demo: Demo, config: Path) -> None:
    said = demo("keys").out
    assert '  config.toml:8: "o" stays with open-definition, so ready does not get it.\n' in said
    document = demo.json("keys")
    assert {
        "command": "ready",
        "key": "o",
        "holder": "open-definition",
        "where": "config.toml:8",
    } in document["clashes"]
    undo = next(one for one in document["keys"] if one["command"] == "undo")
    assert (undo["keys"], undo["shown"], undo["origin"]) == (["z"], "z", "config.toml:5")


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        (
            "~nobody-of-that-name/c",
            "PATCHBAY_CONFIG: it begins with the home of a user that is not known, the defaults hold.",
        ),
        (f"/{'x' * 300}", "file name too long, the defaults hold."),
    ],
)
def test_a_place_where_no_config_can_be_is_a_problem_and_the_defaults_hold(
    demo: Demo, monkeypatch: pytest.MonkeyPatch, place: str, problem: str
) -> None:
    monkeypatch.setenv("PATCHBAY_CONFIG", place)
    said = demo("config")
    assert said.code == 0
    assert problem in " ".join(said.out.split())


def test_config_shows_each_setting_and_where_it_came_from(demo: Demo, config: Path) -> None:
    out = demo("config").out
    assert out.startswith(f"The file is {config}\n")
    rows = [line.split() for line in out.splitlines()]
    assert ["theme", "nord", "config.toml:1"] in rows
    assert ["signs", "emoji", "default"] in rows
    assert ["keys.undo", "z", "config.toml:5"] in rows
    assert ["editor", "ed", "-v", "environment", "VISUAL"] in rows
    assert ["user", "alice", "command", "line"] in rows
    assert ["store", str(demo.store), "command", "line"] in rows
    assert 'config.toml:2: signs: there is no set of signs "runes"' in out


def test_config_in_json(demo: Demo, config: Path) -> None:
    document = demo.json("config")
    assert document["path"] == str(config)
    assert {"name": "theme", "value": "nord", "origin": "config.toml:1"} in document["settings"]
    assert [one["where"] for one in document["problems"]][:1] == ["config.toml:2"]


def test_without_a_file_everything_is_default(demo: Demo, tmp_path: Path) -> None:
    done = demo.run("config", "--json", PATCHBAY_CONFIG=str(tmp_path / "none.toml"), TEXTUAL_THEME="gruvbox")
    document = json.loads(done.stdout)
    assert not document["exists"]
    assert {"name": "theme", "value": "gruvbox", "origin": "environment TEXTUAL_THEME"} in document[
        "settings"
    ]
    assert document["problems"] == []


def test_the_file_lies_in_the_platforms_directory(demo: Demo, tmp_path: Path) -> None:
    done = demo.run(
        "config", "--json", PATCHBAY_CONFIG="", HOME=str(tmp_path), XDG_CONFIG_HOME=str(tmp_path / "x")
    )
    assert json.loads(done.stdout)["path"].startswith(str(tmp_path))
    assert json.loads(done.stdout)["path"].endswith("config.toml")


def test_control_characters_in_the_file_are_made_visible(demo: Demo, config: Path) -> None:
    config.write_text('theme = "\\u001b[2J\\u202e"\n')
    out = demo("config").out
    assert "\x1b" not in out
    assert "\u202e" not in out
