"""Imports of Go, JavaScript, Rust and Java that come along with what uses them."""

from __future__ import annotations

from itertools import chain, combinations
from typing import NamedTuple

import pytest

from store.ground.imports import adds_imports, merged_imports
from store.source.languages import GO, JAVA, JAVASCRIPT, RUST, Language
from store.source.verdict import check
from store.source.walked_imports import Import, statements_of, units_of
from store.source.walked_needs import derived

PATHS = {"go": "a.go", "java": "A.java", "javascript": "a.js", "rust": "a.rs"}


class Sample(NamedTuple):
    """A file before and after: what it begins with, and each of its functions with the names it imports."""

    language: Language
    head: str
    tree: str
    functions: tuple[tuple[str, str], ...]
    end: str = ""

    def text(self, chosen: frozenset[int]) -> str:
        """The file with some functions as they are afterwards, and the imports of before."""
        parts = (new if at in chosen else old for at, (old, new) in enumerate(self.functions))
        return self.head + "\n".join(parts) + self.end

    @property
    def after(self) -> str:
        """The whole file afterwards."""
        return self.tree + "\n".join(new for _, new in self.functions) + self.end


GO_SAMPLE = Sample(
    GO,
    'package main\n\nimport (\n\t"fmt"\n\t_ "embed"\n\told "example.org/old"\n)\n\n',
    'package main\n\nimport (\n\t"fmt"\n\t"log"\n\t_ "embed"\n\n\t"gopkg.in/yaml.v3"\n'
    '\t"example.org/go-cart/v2"\n\tnamed "example.org/x"\n)\n\n',
    (
        ("func main() {\n\tfmt.Println(1)\n}\n", "func main() {\n\tlog.Println(fmt.Sprint(1))\n}\n"),
        ("func one(x int) {\n\told.Run()\n}\n", "func one(x yaml.Node) {\n\tnamed.Run()\n}\n"),
        ("func two() {\n}\n", "func two() {\n\tcart.Add(log.Flags())\n}\n"),
        ("func three(log int) int {\n\treturn 1\n}\n", "func three(log int) int {\n\treturn log\n}\n"),
    ),
)
JAVASCRIPT_SAMPLE = Sample(
    JAVASCRIPT,
    "import 'side';\nimport D, {a, b as c} from './x';\nimport gone from 'gone';\n\n",
    "import 'side';\nimport E from 'e';\nimport D, {\n  a,\n  b as c,\n  d,\n  default as q,\n} from './x';\n"
    "import * as n from 'n';\n\n",
    (
        ("function f() {\n  return a + c + D;\n}\n", "function f() {\n  return a + d + D + c;\n}\n"),
        ("function g() {\n  gone();\n}\n", "function g() {\n  return n.x + E.q;\n}\n"),
        ("const h = 1;\n", "const h = () => q({n: 1, d});\n"),
    ),
)
RUST_SAMPLE = Sample(
    RUST,
    "use std::io;\nuse old::thing;\npub use kept::this;\n\n",
    "use std::collections::{HashMap, HashSet};\nuse std::io::{self, Read};\n#[cfg(unix)]\nuse log as l;\n"
    "pub use kept::this;\n\n",
    (
        ("fn f() {\n    io::x();\n}\n", "fn f(r: Read) {\n    HashMap::new();\n    io::x();\n}\n"),
        ("fn g() {\n    thing();\n}\n", "fn g(s: HashSet) {\n    l::info!(1);\n}\n"),
        ("fn h() {\n}\n", "fn h() -> HashSet {\n    x.log()\n}\n"),
    ),
)
JAVA_SAMPLE = Sample(
    JAVA,
    "package p;\n\nimport a.B;\nimport a.Old;\nimport all.*;\n\nclass X {\n",
    "package p;\n\nimport a.B;\nimport java.util.List;\nimport java.util.Map;\nimport all.*;\n\n"
    "import static q.R.run;\n\nclass X {\n",
    (
        ("    B b() { return null; }\n", "    List<B> b() { return run(); }\n"),
        ("    void c() { Old o; }\n", "    void c() { Map m; List n; }\n"),
        ("    int d() { return 1; }\n", "    int d() { return this.run() + x.List; }\n"),
    ),
    end="}\n",
)
SAMPLES = [GO_SAMPLE, JAVASCRIPT_SAMPLE, RUST_SAMPLE, JAVA_SAMPLE]


def choices(sample: Sample) -> list[frozenset[int]]:
    numbers = range(len(sample.functions))
    some = chain.from_iterable(combinations(numbers, many) for many in range(len(numbers) + 1))
    return [frozenset(one) for one in some]


def imports_of(sample: Sample, text: str) -> set[Import]:
    return {one for statement in statements_of(sample.language, text) for one in statement.imports}


def imported(sample: Sample, text: str) -> set[str]:
    return {name for one in imports_of(sample, text) for name in one.names}


def used(sample: Sample, text: str) -> set[str]:
    return {name for unit in units_of(sample.language, text) for name in unit.names}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.language.name)
def test_whatever_is_chosen_has_the_imports_it_uses_and_no_other(sample: Sample) -> None:
    head, offered = sample.text(frozenset()), imported(sample, sample.after)
    for chosen in choices(sample):
        text = derived(sample.language, head, sample.text(chosen), sample.after)
        assert check(PATHS[sample.language.name], text).parses, text
        names, uses = imported(sample, text), used(sample, text)
        assert not (uses & offered) - names, text
        added = imports_of(sample, text) - imports_of(sample, head)
        assert all(one.names & uses for one in added), text
        assert derived(sample.language, head, text, sample.after) == text


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.language.name)
def test_all_chosen_is_the_file_as_it_is_and_none_as_it_was(sample: Sample) -> None:
    head, everything = sample.text(frozenset()), frozenset(range(len(sample.functions)))
    assert derived(sample.language, head, sample.text(everything), sample.after) == sample.after
    assert derived(sample.language, head, head, sample.after) == head


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.language.name)
def test_a_file_with_the_other_newline_keeps_it(sample: Sample) -> None:
    head, result, tree = (
        text.replace("\n", "\r\n")
        for text in (sample.text(frozenset()), sample.text(frozenset({0, 1})), sample.after)
    )
    text = derived(sample.language, head, result, tree)
    assert text != result
    assert text.count("\n") == text.count("\r\n")


TWO = "func f() {\n\tfmt.Print()\n}\n\nfunc g() {}\n"
"""Two functions of Go, of which one uses an import."""
LOGS = TWO.replace("fmt.Print()", "log.Print(fmt.Sprint())")
BOTH = LOGS.replace("g() {}", "g() { os.Exit(1) }")
BRACKET = 'package a\n\nimport (\n\t"fmt"\n\t"log"\n\t"os"\n)\n\n'


def test_the_only_import_of_go_opens_its_bracket() -> None:
    head = f'package a\n\nimport "fmt"\n\n{TWO}'
    text = derived(GO, head, head.replace(TWO, LOGS), BRACKET + BOTH)
    assert text == BRACKET.replace('\t"os"\n', "") + LOGS


def test_a_bracket_of_go_goes_with_the_last_that_stands_in_it() -> None:
    nothing = "func f() {}\n\nfunc g() {}\n"
    assert derived(GO, BRACKET + BOTH, BRACKET + nothing, f"package a\n\n{nothing}\nfunc h() {{}}\n") == (
        f"package a\n\n{nothing}"
    )


def test_a_file_without_imports_gets_them_behind_what_it_begins_with() -> None:
    head = f"// A licence.\n\npackage a\n\n{TWO.replace('fmt.Print()', '')}"
    result = f"// A licence.\n\npackage a\n\n{TWO.replace('fmt.Print', 'log.Print')}"
    text = derived(GO, head, result, f"// A licence.\n\n{BRACKET}{BOTH}")
    assert text == result.replace("package a\n", 'package a\n\nimport "log"\n')


def test_an_import_in_place_of_another_goes_with_what_means_it() -> None:
    head = "import {render} from './a';\n\nfunction f() {\n  render();\n}\n\nfunction g() {\n}\n"
    tree = (
        head.replace("./a", "./b")
        .replace("render();", "render(1);")
        .replace("g() {\n", "g() {\n  return 1;\n")
    )
    changed = head.replace("render();", "render(1);")
    assert "from './b'" in derived(JAVASCRIPT, head, changed, tree)
    other = head.replace("g() {\n", "g() {\n  return 1;\n")
    assert derived(JAVASCRIPT, head, other, tree) == other


def test_what_does_not_parse_and_what_shares_a_line_is_left_alone() -> None:
    broken = GO_SAMPLE.text(frozenset({0})) + "func ("
    assert derived(GO, GO_SAMPLE.text(frozenset()), broken, GO_SAMPLE.after) == broken
    head = "import a.B; import a.C;\n\nclass X {\n    void c() {}\n}\n"
    tree = head.replace("a.C;", "a.C; import a.D;").replace("c() {}", "c() { D d; }")
    result = head.replace("c() {}", "c() { D d; }")
    assert derived(JAVA, head, result, tree) == result


@pytest.mark.parametrize(
    ("path", "base", "ours", "theirs", "merged"),
    [
        (
            "a.go",
            'import (\n\t"fmt"\n)\n',
            'import (\n\t"fmt"\n\t"log"\n\t"os"\n)\n',
            'import (\n\t"fmt"\n\t"log"\n)\n',
            'import (\n\t"fmt"\n\t"log"\n\t"os"\n)\n',
        ),
        (
            "a.js",
            "import a from 'a';\n",
            "import a from 'a';\nimport b from 'b';\n",
            "import a, {q} from 'a';\n",
            "import a, {q} from 'a';\nimport b from 'b';\n",
        ),
        ("a.rs", "use a::b;\n", "use a::{b, c};\n", "use a::{b, d};\n", "use a::{b, c};\nuse a::d;\n"),
        (
            "A.java",
            "import a.B;\n",
            "import a.B;\nimport a.C;\n",
            "import a.B;\nimport a.D;\n",
            "import a.B;\nimport a.D;\nimport a.C;\n",
        ),
    ],
)
def test_two_changes_of_a_run_are_merged_name_by_name(
    path: str, base: str, ours: str, theirs: str, merged: str
) -> None:
    name = f"{path}:<import>"
    assert merged_imports(name, base, ours, theirs) == merged
    assert adds_imports(name, base, theirs)
    assert not adds_imports(name, ours, base)


CGO = '// #include <math.h>\nimport "C"\n\n'
CALLS = "func f() {\n\tC.sqrt(4)\n}\n"


def test_the_comment_above_cgo_is_its_code() -> None:
    plain = "package m\n\n" + 'import "fmt"\n\n' + "func f() {\n\tfmt.Print()\n}\n"
    tree = plain.replace("package m\n\n", f"package m\n\n{CGO}").replace(
        "fmt.Print()", "C.sqrt(4)\n\tfmt.Print()"
    )
    result = plain.replace("fmt.Print()", "C.sqrt(4)\n\tfmt.Print()")
    assert derived(GO, plain, result, tree) == tree
    head = f"package m\n\n{CGO}{CALLS}"
    there = head.replace(
        CALLS, 'import (\n\t"fmt"\n\t"os"\n)\n\n' + CALLS.replace("C.sqrt(4)", "fmt.Print(C.sqrt(4))")
    )
    text = derived(GO, head, head.replace("C.sqrt(4)", "fmt.Print(C.sqrt(4))"), there)
    assert CGO.rstrip() in text
    assert 'import "fmt"\n' in text
    assert check("a.go", text).parses


DECLARES = "func f() {\n\turl := v1.Pod{}\n\turl.X()\n}\n"
OVER_PLATFORMS = """#[cfg(unix)]
use crate::unix as imp;
#[cfg(windows)]
use crate::windows as imp;
pub use crate::x::Y;
"""


def test_what_go_declares_is_no_package_and_a_version_can_be_its_name() -> None:
    head = "package a\n\nfunc f() {}\n"
    imports = 'import (\n\t"k8s.io/api/core/v1"\n\t"net/url"\n)\n'
    text = derived(GO, head, f"package a\n\n{DECLARES}", f"package a\n\n{imports}\n{DECLARES}")
    assert "v1" in text
    assert "net/url" not in text


def test_imports_under_attributes_of_rust_share_a_name_and_what_is_used_again_travels() -> None:
    head = "pub fn f() -> u8 {\n    1\n}\n"
    result = head.replace("1", "imp::f(Y)")
    text = derived(RUST, head, result, f"{OVER_PLATFORMS}\n{result}")
    assert text == f"{OVER_PLATFORMS}\n{result}"
    assert "pub use" in derived(RUST, text, text.replace("imp::f(Y)", "1"), head)


def test_in_go_an_import_goes_with_its_last_use_though_the_tree_uses_it_elsewhere() -> None:
    head = BRACKET + LOGS.replace("g() {}", "g() { os.Exit(1) }")
    tree = head.replace("os.Exit(1)", "").replace("fmt.Sprint()", "os.Args")
    result = head.replace("os.Exit(1)", "")
    text = derived(GO, head, result, tree)
    assert '"os"' not in text
    assert check("a.go", text).parses
    both = text.replace("fmt.Sprint()", "os.Args")
    assert derived(GO, text, both, tree).count('"os"') == 1
