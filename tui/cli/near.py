"""Commands that do not exist: what is suggested instead of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

MEANT: Mapping[str, tuple[str, ...]] = {
    "add": ("patch new", "editor open"),
    "create": ("session start", "patch new"),
    "new": ("session start", "patch new"),
    "delete": ("patch abandon", "editor close", "session abandon"),
    "remove": ("patch abandon", "editor close", "session abandon"),
    "rm": ("patch abandon", "editor close", "session abandon"),
    "rename": ("patch edit", "session edit"),
    "diff": ("patch show", "editor show"),
    "commit": ("patch merge", "editor save"),
    "checkout": ("session switch",),
    "ls": ("status", "session list", "patch list", "editor list"),
    "history": ("log",),
}
"""Words that people try, with the commands that do what they mean."""
_MOST = 4
_CLOSE = 0.7
"""How much of two words has to be alike; "create" and "restore" or "tree" are not."""


def near(word: str, known: Sequence[str], group: str = "") -> tuple[str, ...]:
    """Give the `known` commands that a word may have been meant for, the likeliest first.

    Commands of groups are known by both words. Those of the `group` that the word was given to are meant, if
    any is; else those that are found anywhere.
    """
    inside = [one for one in known if one.startswith(f"{group} ")] if group else list(known)
    found = _near(word.lower(), inside)
    return found or (_near(word.lower(), known) if group else ())


def _near(word: str, known: Sequence[str]) -> tuple[str, ...]:
    from difflib import get_close_matches

    by_last: dict[str, list[str]] = {}
    for one in known:
        by_last.setdefault(one.rpartition(" ")[2], []).append(one)
    words = dict.fromkeys((*by_last, *MEANT))
    begins = [one for one in words if len(word) > 1 and one.startswith(word)]
    close = get_close_matches(word, words, n=len(words), cutoff=_CLOSE)
    least = min((_distance(word, one) for one in close), default=0)
    nearest = (one for one in close if _distance(word, one) == least)
    likely = dict.fromkeys([word, *begins, *nearest])
    found = [one for like in likely for one in (*MEANT.get(like, ()), *by_last.get(like, ()))]
    return tuple(one for one in dict.fromkeys(found) if one in known)[:_MOST]


def _distance(one: str, other: str) -> int:
    """Give how many letters are missing, too many, wrong or swapped with the next one."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        above, row, earlier = row, [at], before
        for to, wanted in enumerate(other, 1):
            row.append(min(above[to] + 1, row[-1] + 1, above[to - 1] + (letter != wanted)))
            if at > 1 < to and (letter, one[at - 2]) == (other[to - 2], wanted):
                row[to] = min(row[to], earlier[to - 2] + 1)
        before = above
    return row[-1]


def known_in(group: click.Group, before: str = "") -> Iterable[str]:
    """Give every command of a group, and of the groups in it, by its words."""
    for name, command in group.commands.items():
        yield f"{before}{name}"
        if isinstance(command, click.Group):
            yield from known_in(command, f"{before}{name} ")


class Group(click.Group):
    """A group of commands that suggests the nearest ones for one that does not exist."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is asked for. Raises a usage error with what may have been meant."""
        word = args[0]
        if word[:1] == "-" or ctx.resilient_parsing or self.get_command(ctx, word) is not None:
            return super().resolve_command(ctx, args)
        from store.rules import quoted

        root: Any = ctx.find_root().command
        group = ctx.command_path.partition(" ")[2]
        found = near(word, tuple(known_in(root)), group)
        *rest, last = [f"patchbay {one}" for one in found] or [""]
        meant = f" Did you mean {', '.join(rest)}{' or ' if rest else ''}{last}?" if last else ""
        raise click.UsageError(f"There is no command {quoted(f'{group} {word}'.strip())}.{meant}", ctx)
