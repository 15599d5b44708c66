"""What people can set, what it is set to, and where that came from. Cheap: no file, no cost.

The file `config.toml` is read by `config_file`, and only where there is one.
"""

from __future__ import annotations

import locale
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from tui.keymap import Clash, Keymap
from tui.registry import DEFAULT_KEYMAP

SignSet = Literal["emoji", "symbols", "ascii"]
SIGN_SETS: tuple[SignSet, ...] = ("emoji", "symbols", "ascii")
THEMES = (
    *("textual-dark", "textual-light", "ansi-dark", "ansi-light", "atom-one-dark", "atom-one-light"),
    *("catppuccin-frappe", "catppuccin-latte", "catppuccin-macchiato", "catppuccin-mocha", "dracula"),
    *("flexoki", "gruvbox", "monokai", "nord", "rose-pine", "rose-pine-dawn", "rose-pine-moon"),
    *("solarized-dark", "solarized-light", "tokyo-night"),
)
"""Textual's themes; listed here as the command line does not load Textual."""

CONFIG_VARIABLE, THEME_VARIABLE, SIGNS_VARIABLE = "PATCHBAY_CONFIG", "TEXTUAL_THEME", "PATCHBAY_SIGNS"
DEFAULT = "default"


class Setting(NamedTuple):
    """A value and where it came from: `default`, `environment NAME`, `config.toml:LINE`."""

    value: str
    origin: str


class Problem(NamedTuple):
    """Something wrong with a setting; what it is about is left out, the rest counts."""

    where: str
    """`config.toml:LINE`, `config.toml`, or `environment NAME`."""
    message: str
    """A clause without a full stop that says what is wrong and what holds instead."""

    @property
    def sentence(self) -> str:
        """The whole sentence."""
        return f"{self.where}: {self.message}."


@dataclass(frozen=True)
class ConfigFile:
    """What `config.toml` asks for, checked; empty where there is none."""

    theme: Setting | None = None
    signs: Setting | None = None
    keymap: Keymap = DEFAULT_KEYMAP
    written: Mapping[str, str] = field(default_factory=dict)
    """Where the file gives a command keys, by command id."""
    clashes: tuple[Clash, ...] = ()
    problems: tuple[Problem, ...] = ()


class Settings(NamedTuple):
    """All settings of one run."""

    path: Path
    """Where `config.toml` is, or would be."""
    theme: Setting
    signs: Setting
    file: ConfigFile
    problems: tuple[Problem, ...]

    @property
    def exists(self) -> bool:
        """Whether the file is there; one that cannot be reached is not."""
        try:
            return self.path.exists()
        except OSError:
            return False

    @property
    def keymap(self) -> Keymap:
        """Which keys each command has."""
        return self.file.keymap

    def origin_of(self, command: str) -> str:
        """Give where a command's keys came from."""
        if self.keymap.keys[command] == DEFAULT_KEYMAP.keys[command]:
            return DEFAULT
        return self.file.written[command]

    @property
    def sign_set(self) -> SignSet:
        """The set of signs."""
        return next(one for one in SIGN_SETS if one == self.signs.value)

    def notice(self) -> str:
        """Give one sentence for the screen about what is wrong; empty when nothing is."""
        if not self.problems:
            return ""
        more = len(self.problems) - 1
        rest = f" And {more} more: see patchbay config." if more else " See patchbay config."
        return self.problems[0].sentence + rest


def config_path(environment: Mapping[str, str]) -> Path:
    """Give where `config.toml` is: PATCHBAY_CONFIG, else the platform's directory for configuration."""
    if environment.get(CONFIG_VARIABLE):
        path = Path(environment[CONFIG_VARIABLE])
        with suppress(RuntimeError):
            return path.expanduser()
        return path
    from platformdirs import user_config_path

    return user_config_path("patchbay") / "config.toml"


def _may_be_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return True


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings: the environment goes before the file. Never fails: what is wrong is a problem."""
    path = config_path(environment)
    if str(path).startswith("~"):
        where = f"environment {CONFIG_VARIABLE}"
        said = "it begins with the home of a user that is not known, the defaults hold"
        file = ConfigFile(problems=(Problem(where, said),))
    elif _may_be_there(path):
        from tui.config_file import read_config

        file = read_config(path)
    else:
        file = ConfigFile()
    return settings_of(environment, file, path)


def settings_of(environment: Mapping[str, str], file: ConfigFile, path: Path) -> Settings:
    """Put the environment, the file and the defaults together."""
    problems = list(file.problems)

    def from_environment(name: str, known: tuple[str, ...], what: str) -> Setting | None:
        value = environment.get(name, "")
        if not value or value in known:
            return Setting(value, f"environment {name}") if value else None
        problems.append(Problem(f"environment {name}", unknown(value, known, what)))
        return None

    theme = from_environment(THEME_VARIABLE, THEMES, "theme") or file.theme
    if environment.get("NO_COLOR") and not (theme and theme.value.startswith("ansi")):
        theme = Setting("ansi-dark", "environment NO_COLOR")
    if theme is None and _has_few_colours(environment):
        theme = Setting("ansi-dark", "environment TERM")
    signs = from_environment(SIGNS_VARIABLE, SIGN_SETS, "set of signs") or file.signs
    return Settings(
        path,
        theme or Setting("textual-dark", DEFAULT),
        signs or _signs_for(environment),
        file,
        tuple(problems),
    )


def _has_few_colours(environment: Mapping[str, str]) -> bool:
    """Say whether the terminal has sixteen colours or fewer, which are best left to be its own."""
    if environment.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return False
    term = environment.get("TERM", "")
    return bool(term) and not term.endswith(("256color", "-direct", "kitty"))


def _signs_for(environment: Mapping[str, str]) -> Setting:
    """Choose the signs by the terminal: ASCII without UTF-8, symbols under NO_COLOR, else emoji."""
    names = (name for name in ("LC_ALL", "LC_CTYPE", "LANG") if environment.get(name))
    name = next(names, None)
    said = environment[name] if name else locale.getpreferredencoding(False)
    if "utf" not in said.lower():
        return Setting("ascii", f"environment {name}" if name else DEFAULT)
    if environment.get("NO_COLOR"):
        return Setting("symbols", "environment NO_COLOR")
    return Setting("emoji", DEFAULT)


def unknown(value: str, known: tuple[str, ...], what: str) -> str:
    """Say that there is no such thing, and which one may have been meant."""
    from difflib import get_close_matches

    close = get_close_matches(value, known, 1)
    if close:
        return f'there is no {what} "{value[:40]}"; "{close[0]}" may have been meant'
    if len(known) <= 5:
        return f'there is no {what} "{value[:40]}"; there are {", ".join(known)}'
    return f'there is no {what} "{value[:40]}"'
