"""Members of a class that the same patch adds or renames: saved by their own names they stay in it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from desks import KINDS, Begun
from world import refused

from store.errors import Code


class Inside(NamedTuple):
    """A class with two members."""

    path: str
    before: str
    """What stands in the file before it."""
    key: str
    renamed: str
    text: str
    member: str
    """The first member's last part."""
    old: str
    new: str
    """The first member's text, as it is and otherwise."""
    other: str
    """The second member's last part."""
    moved: str
    """The head as it is after the class was renamed."""

    @property
    def module(self) -> str:
        """What the names of what is in the file begin with."""
        return "a." if self.path == "a.py" else f"{self.path}:"

    @property
    def name(self) -> str:
        return f"{self.module}{self.key}"

    @property
    def new_name(self) -> str:
        return f"{self.module}{self.renamed}"

    @property
    def changed(self) -> str:
        assert self.text.count(self.old) == 1
        return self.text.replace(self.old, self.new)


BRACED = (
    "{head} {{\n    {type} n() {{\n        return 1;\n    }}\n"
    "\n    {type} k() {{\n        return 3;\n    }}\n}}\n"
)
RUST = (
    BRACED.replace("{type} ", "fn ").replace("() ", "(&self) -> u32 ").replace("return ", "").replace(";", "")
)
JAVA_N = "    int n() {\n        return 1;\n    }\n"
RUST_N = "    fn n(&self) -> u32 {\n        1\n    }\n"


def java(key: str, head: str) -> Inside:
    """A Java type."""
    text = BRACED.format(head=head.format(key), type="int")
    return Inside(
        "A.java",
        "class One {\n}\n",
        key,
        "AA",
        text,
        "n",
        JAVA_N,
        JAVA_N.replace("1", "2"),
        "k",
        head.format("AA"),
    )


def rust(key: str, renamed: str, head: str) -> Inside:
    """A Rust container."""
    text = RUST.format(head=head.format("Z"))
    new = RUST_N.replace("1", "2")
    return Inside(
        "a.rs", "const ONE: u32 = 1;\n", key, renamed, text, "n", RUST_N, new, "k", head.format("AA")
    )


CASES = {
    "java class": java("Z", "class {}"),
    "java record": java("Z", "record {}(int a)"),
    "java interface": java("Z", "interface {}"),
    "rust impl": rust("Z<impl>", "AA<impl>", "impl {}"),
    "rust trait": rust("Z", "AA", "trait {}"),
    "rust mod": rust("Z", "AA", "mod {}"),
    "rust impl of a trait": rust("Z<Show>", "AA<Show>", "impl Show for {}"),
    "toml": Inside(
        "a.toml", "title = 1\n", "z", "aa", "[z]\nx = 1\ny = 3\n", "x", "x = 1\n", "x = 2\n", "y", "[aa]"
    ),
    "markdown": Inside(
        "a.md",
        "# One\n\nText.\n",
        "Z",
        "AA",
        "# Z\n\nWords.\n\n## n\n\nOne.\n\n## k\n\nThree.\n",
        "n",
        "## n\n\nOne.\n",
        "## n\n\nTwo.\n",
        "k",
        "# AA",
    ),
    "javascript": Inside(
        "a.js",
        "const one = 1;\n",
        "Z",
        "AA",
        "class Z {\n  n() {\n    return 1;\n  }\n\n  k() {\n    return 3;\n  }\n}\n",
        "n",
        "  n() {\n    return 1;\n  }\n",
        "  n() {\n    return 2;\n  }\n",
        "k",
        "class AA",
    ),
    "python": Inside(
        "a.py",
        "ONE = 1\n",
        "Z",
        "AA",
        "class Z:\n    def n(self):\n        return 1\n\n    def k(self):\n        return 3\n",
        "n",
        "    def n(self):\n        return 1\n",
        "    def n(self):\n        return 2\n",
        "k",
        "class AA",
    ),
}
CASE = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def members_of(name: str) -> str:
    """What the members' names begin with."""
    return name.removesuffix("<impl>")


@CASE
def test_a_member_is_saved_in_a_class_that_the_same_patch_adds(
    case: Inside, tmp_path: Path, kind: str
) -> None:
    desk = Begun(tmp_path, kind, {case.path: case.before})
    desk.save(case.name, case.text, "p", new=True)
    ((_, name),) = desk.operations("p")
    desk.save(f"{members_of(case.name)}.{case.member}", case.new)
    assert desk.operations("p") == {("add", name)}
    assert desk.shown(name, "p") == case.changed
    assert desk.merged(case.path, "p").count(case.changed) == 1


@CASE
def test_a_member_is_saved_in_a_class_that_the_same_patch_renames(
    case: Inside, tmp_path: Path, kind: str
) -> None:
    desk = Begun(tmp_path, kind, {case.path: f"{case.before}\n{case.text}"})
    desk.alice.rename_definition(case.name, case.new_name, new_patch="p")
    operations = desk.operations("p")
    desk.save(f"{members_of(case.new_name)}.{case.member}", case.new)
    assert desk.operations("p") == operations
    head, _, rest = case.changed.partition("\n")
    renamed = f"{head.replace('Z', 'AA').replace('z', 'aa')}\n{rest}"
    assert renamed.startswith(case.moved)
    assert desk.merged(case.path, "p") == f"{case.before}\n{renamed}"


@CASE
def test_a_member_is_not_written_over_another_one_of_a_class_that_the_same_patch_adds(
    case: Inside, tmp_path: Path, kind: str
) -> None:
    desk = Begun(tmp_path, kind, {case.path: case.before})
    desk.save(case.name, case.text, "p", new=True)
    other = case.new.replace(f"{case.member}(", f"{case.other}(").replace("x", "y").replace("## n", "## k")
    with refused(Code.NAME_TAKEN, naming=f".{case.other} exists already"):
        desk.save(f"{members_of(case.name)}.{case.member}", f"{case.new}\n{other}")
    assert desk.merged(case.path, "p").count(case.text) == 1


@pytest.mark.parametrize(
    ("path", "name", "text"),
    [
        ("a.toml", "a.toml:k.e.z", "z = 1\n"),
        ("a.js", "a.js:Z.prototype.n", "function n() {\n  return 1;\n}\n"),
    ],
)
def test_a_member_is_not_saved_beside_the_class_that_is_missing(
    path: str, name: str, text: str, tmp_path: Path, kind: str
) -> None:
    desk = Begun(tmp_path, kind, {path: CASES["toml" if path == "a.toml" else "javascript"].before})
    with refused(Code.INVALID_NAME, naming=f"Add the class {name.partition(':')[2].rpartition('.')[0]}"):
        desk.save(name, text, "p", new=True)
    assert desk.alice.view().patches == ()


def test_a_member_is_not_saved_beside_the_class_that_its_patch_deletes(tmp_path: Path, kind: str) -> None:
    case = CASES["java class"]
    desk = Begun(tmp_path, kind, {case.path: f"{case.before}\n{case.text}"})
    desk.alice.open_editor(f"{case.name}.n")
    desk.alice.delete_definition(case.name, new_patch="p")
    with refused(Code.NAME_TAKEN, Code.INVALID_NAME, Code.CONFLICTS):
        desk.save(f"{case.name}.n", case.new, "p")
    assert desk.operations("p") == {("delete", case.name)}
