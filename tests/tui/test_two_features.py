"""Two features of five definitions each, tangled in two files of many: two clean commits in eleven keys."""

from __future__ import annotations

from pathlib import Path

from driver import at
from git_repositories import edit, git, opened, repository

PAGES = '''"""Pages."""

import os


def head(title):
    return title


def body(text):
    return text


def foot():
    return os.name
'''
WORDS = '''"""Words."""

import re


def cut(text):
    return text.split()


def joined(words):
    return " ".join(words)


def counted(text):
    return len(re.findall(r"\\w+", text))
'''
FILES = {f"app/part{number}.py": f"PART = {number}\n" for number in range(1_000)}
FILES |= {"app/pages.py": PAGES, "app/words.py": WORDS}
KEYS = ("2", "ampersand", "n", "enter", "m", "enter", "asterisk", "n", "enter", "m", "enter")


def tangle(root: Path) -> None:
    """Escape what pages show, and cut words short: each in both files, with an import of its own."""
    edit(
        root,
        ("import os\n", "import html\nimport os\n\nfrom app import words\n"),
        ("    return title", "    return escaped(title)"),
        ("    return text", "    return escaped(text)"),
        (
            "def foot():",
            "QUOTES = True\n\n\ndef escaped(text):\n    return html.escape(text, QUOTES)\n\n\ndef foot():",
        ),
        ("    return os.name", "    return words.shortest(os.name)"),
        path="app/pages.py",
    )
    edit(
        root,
        ("import re\n", "import functools\nimport re\n\nfrom app import pages\n"),
        ("    return text.split()", "    return shortest(text).split()"),
        ('    return " ".join(words)', '    return pages.escaped(" ".join(words))'),
        (
            "def counted",
            "LEAST = 9\n\n\n@functools.cache\ndef shortest(text):\n    return text[:LEAST]\n\n\ndef counted",
        ),
        ("text))", "shortest(text)))"),
        path="app/words.py",
    )


def added(root: Path, revision: str) -> set[str]:
    """The lines that a commit adds and takes out."""
    shown = git(root, "show", "--format=", "--unified=0", revision).splitlines()
    return {
        line for line in shown if line[:1] in "+-" and line[1:].strip() and line[:3] not in ("+++", "---")
    }


async def test_they_become_two_clean_commits_in_eleven_keys(tmp_path: Path) -> None:
    root = repository(tmp_path, FILES)
    manager = opened(root)
    async with at(manager) as alice:
        tangle(root)
        await alice.until(lambda: "10? · 1 more below" in alice.lines("editors"))
        before = {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in root.rglob("*.py")}
        for key in KEYS:
            await alice.press(key)
        await alice.until(lambda: "Merged B" in alice.footer())
        await alice.until(lambda: "Active editors 0" in alice.lines("editors"))
    assert before == {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in root.rglob("*.py")}
    assert git(root, "status", "--porcelain") == ""
    assert git(root, "fsck", "--strict") == ""
    assert added(root, "HEAD~") == {
        "+import html",
        "-    return title",
        "+    return escaped(title)",
        "-    return text",
        "+    return escaped(text)",
        "+QUOTES = True",
        "+def escaped(text):",
        "+    return html.escape(text, QUOTES)",
        "+from app import pages",
        '-    return " ".join(words)',
        '+    return pages.escaped(" ".join(words))',
    }
    assert "+from app import words" in added(root, "HEAD")
    assert "+import functools" in added(root, "HEAD")
    assert len(added(root, "HEAD")) == 12
