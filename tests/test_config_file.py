"""What config.toml may say, and what is answered where it says something wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.keys import KEY_NAME_REPLACEMENTS, key_to_character
from textual.theme import BUILTIN_THEMES

from tui.commands import COMMANDS
from tui.config_file import checked, read_config
from tui.keymap import ALWAYS, NO_KEY, key_display, key_named
from tui.registry import COMMANDS_BY_ID, DEFAULT_KEYMAP, SCREENS
from tui.settings import THEMES, ConfigFile, read_settings, settings_of


def said(text: str) -> list[str]:
    return [one.sentence for one in checked(text, "config.toml").problems]


def test_keys_theme_and_signs_are_taken_from_the_file() -> None:
    found = checked('theme = "nord"\nsigns = "ascii"\n\n[keys]\nmerge = "ctrl+g"\nundo = ["z", "F5"]\n', "c")
    assert not found.problems
    assert found.theme is not None
    assert (found.theme.value, found.theme.origin) == ("nord", "c:1")
    assert found.signs is not None
    assert (found.signs.value, found.signs.origin) == ("ascii", "c:2")
    assert found.keymap.keys["merge"] == ("ctrl+g",)
    assert found.keymap.keys["undo"] == ("z", "f5")
    assert found.keymap.keys["ready"] == ("r",)
    assert found.written == {"merge": "c:5", "undo": "c:6"}


@pytest.mark.parametrize("nothing", ['""', "[]", '[""]'])
def test_nothing_unbinds(nothing: str) -> None:
    found = checked(f"[keys]\nmerge = {nothing}\n", "c")
    assert not found.problems
    assert found.keymap.keys["merge"] == ()
    assert found.keymap.shown("merge") == NO_KEY


def test_keys_that_work_over_dialogs_stay() -> None:
    found = checked('[keys]\nquit = "Q"\npalette = ""\n', "c")
    assert found.keymap.keys["quit"] == ("Q", "ctrl+q")
    assert found.keymap.keys["palette"] == ("ctrl+p",)


def test_two_commands_can_swap_their_keys() -> None:
    found = checked('[keys]\nclose-editor = "o"\nopen-definition = "w"\n', "c")
    assert not found.problems
    assert (found.keymap.keys["close-editor"], found.keymap.keys["open-definition"]) == (("o",), ("w",))


def test_a_key_stays_with_the_command_that_has_it_by_default() -> None:
    found = checked('[keys]\nmerge = "n"\n', "config.toml")
    assert [one.sentence for one in found.problems] == [
        'config.toml:2: "n" stays with new-patch, so merge does not get it.'
    ]
    assert (found.keymap.keys["merge"], found.keymap.keys["new-patch"]) == (("m",), ("n",))


def test_of_two_that_want_one_key_the_one_written_first_gets_it() -> None:
    found = checked('[keys]\nundo = "z"\nmerge = ["z", "Z"]\n', "config.toml")
    assert [one.sentence for one in found.problems] == [
        'config.toml:3: "z" stays with undo, so merge does not get it.'
    ]
    assert (found.keymap.keys["undo"], found.keymap.keys["merge"]) == (("z",), ("Z",))


def test_a_command_whose_default_key_was_given_away_meanwhile_has_none() -> None:
    found = checked('[keys]\nready = "m"\nmerge = "n"\n', "config.toml")
    assert (found.keymap.keys["ready"], found.keymap.keys["merge"]) == (("m",), ())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('theme = "nrod"', 'config.toml:1: theme: there is no theme "nrod"; "nord" may have been meant.'),
        (
            '\nsigns = "runes"',
            'config.toml:2: signs: there is no set of signs "runes"; there are emoji, symbols, ascii.',
        ),
        ("signs = 3", 'config.toml:1: signs: there is no set of signs "3"; there are emoji, symbols, ascii.'),
        (
            "colour = 1",
            'config.toml:1: there is no setting "colour"; there are theme, signs, keys.',
        ),
        ("keys = 3", "config.toml:1: keys: it is not a table."),
        (
            '[keys]\nmergee = "b"',
            'config.toml:2: keys.mergee: there is no command "mergee"; "merge" may have been meant.',
        ),
        (
            '[keys]\n"editor" = "b"',
            "config.toml:2: keys.editor: the digits are the editors' numbers and can't be changed.",
        ),
        ('[keys]\nundo = "??"', 'config.toml:2: keys.undo: "??" can\'t be used: there is no such key.'),
        (
            '[keys]\nundo = "alt+u"',
            "config.toml:2: keys.undo: \"alt+u\" can't be used: keys with alt can't be told from esc"
            " followed by the key.",
        ),
        (
            '[keys]\nundo = "ctrl+m"',
            'config.toml:2: keys.undo: "ctrl+m" can\'t be used: terminals send it as enter.',
        ),
        ("[keys]\nundo = 4", 'config.toml:2: keys.undo: keys are a text such as "M" or a list of them.'),
        ("[keys]\nundo = [4]", 'config.toml:2: keys.undo: keys are a text such as "M" or a list of them.'),
        (
            "[keys]\nbad line",
            "config.toml:2: this is not TOML (expected '=' after a key in a key/value pair) and is left out.",
        ),
        (
            '[keys]\nundo = [ "a",\n',
            "config.toml:2: this is not TOML (invalid value, to the end of the file) and is left out.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_the_rest_counts(text: str, sentence: str) -> None:
    before = 'theme = "dracula"\n' if "theme" not in text else 'signs = "ascii"\n'
    shifted = sentence.replace("config.toml:2", "config.toml:3").replace("config.toml:1:", "config.toml:2:")
    found = checked(before + text, "config.toml")
    assert [one.sentence for one in found.problems] == [shifted]
    assert found.theme is not None or found.signs is not None
    assert found.keymap == DEFAULT_KEYMAP


def test_several_faults_are_all_said_in_order_of_lines() -> None:
    text = 'signs = 3\n[keys]\nmergee = "b"\nundo = "Z"\nbad line\nmerge = "n"\n'
    assert [one.partition(": ")[0] for one in said(text)] == [
        "config.toml:1",
        "config.toml:3",
        "config.toml:5",
        "config.toml:6",
    ]
    assert checked(text, "c").keymap.keys["undo"] == ("Z",)


@pytest.mark.parametrize(
    "data",
    [b"\xff\xfe", b"x = 1\n" * 100_000, b"=\n" * 100, b'"""\n' * 50, b"[[[[\n", b"\x00", b"keys.merge.x = 1"],
)
def test_no_file_is_fatal(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "config.toml").write_bytes(data)
    found = read_config(tmp_path / "config.toml")
    assert found.problems
    assert found.keymap == DEFAULT_KEYMAP


def test_a_directory_in_its_place_is_said(tmp_path: Path) -> None:
    found = read_config(tmp_path)
    assert "is a directory, the defaults hold" in found.problems[0].sentence


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('theme = "nord"\nsigns = "ascii"\n')
    environment = {"PATCHBAY_CONFIG": str(path), "LANG": "C.UTF-8"}
    assert read_settings(environment).theme.value == "nord"
    assert read_settings(environment).sign_set == "ascii"
    found = read_settings({**environment, "TEXTUAL_THEME": "gruvbox", "PATCHBAY_SIGNS": "symbols"})
    assert (found.theme.value, found.theme.origin) == ("gruvbox", "environment TEXTUAL_THEME")
    assert (found.signs.value, found.signs.origin) == ("symbols", "environment PATCHBAY_SIGNS")
    assert read_settings({**environment, "NO_COLOR": "1"}).theme.value == "ansi-dark"


def test_a_wrong_theme_in_the_environment_is_said_and_not_fatal() -> None:
    found = settings_of({"TEXTUAL_THEME": "drakula"}, ConfigFile(), Path("config.toml"))
    assert found.theme.value == "textual-dark"
    assert found.notice() == (
        'environment TEXTUAL_THEME: there is no theme "drakula"; "dracula" may have been meant.'
        " See patchbay config."
    )


@pytest.mark.parametrize(
    ("term", "colorterm", "theme"),
    [
        ("xterm-256color", "", "textual-dark"),
        ("xterm", "truecolor", "textual-dark"),
        ("xterm", "", "ansi-dark"),
        ("linux", "", "ansi-dark"),
        ("screen-256color", "", "textual-dark"),
        ("xterm-kitty", "", "textual-dark"),
    ],
)
def test_a_terminal_of_sixteen_colours_gets_its_own(term: str, colorterm: str, theme: str) -> None:
    environment = {"TERM": term, "COLORTERM": colorterm}
    assert settings_of(environment, ConfigFile(), Path("config.toml")).theme.value == theme
    wanted = settings_of({**environment, "TEXTUAL_THEME": "nord"}, ConfigFile(), Path("config.toml"))
    assert wanted.theme.value == "nord"


def test_the_themes_are_textuals() -> None:
    assert sorted(THEMES) == sorted(BUILTIN_THEMES)


def test_every_key_has_the_name_that_textual_gives_it() -> None:
    whole = {short: name for name, short in KEY_NAME_REPLACEMENTS.items()}
    for character in [*map(chr, range(33, 127)), "ä", "ß", "é", "§", "€"]:
        key = key_named(character)
        assert key_to_character(whole.get(key, key)) == character
        assert key_display(key) == character


@pytest.mark.parametrize(
    ("written", "name"),
    [("pgup", "pageup"), ("Ctrl+S", "ctrl+s"), ("shift+a", "A"), ("esc", "escape"), ("F12", "f12")],
)
def test_keys_can_be_written_as_people_do(written: str, name: str) -> None:
    assert key_named(written) == name


def test_every_default_key_can_be_written_in_the_file() -> None:
    for command in COMMANDS:
        for key in command.keys:
            if key not in ALWAYS:
                assert key_named(key) == key
                assert key_named(key_display(key)) == key


def test_the_registry_names_every_command_once_and_no_key_twice_on_one_screen() -> None:
    assert len(COMMANDS_BY_ID) == sum(len(screen.own) for screen in SCREENS)
    for screen in SCREENS:
        assert DEFAULT_KEYMAP.by_key(screen.commands)


@pytest.mark.parametrize("closed", [True, False])
def test_brackets_in_one_another_without_end_are_said(closed: bool) -> None:
    text = 'signs = "ascii"\nkeys = ' + "[" * 5_000 + "]" * 5_000 * closed + "\n"
    assert said(text) == ["config.toml: there are too many brackets in one another, the defaults hold."]
