"""Imports of Go, JavaScript, Rust and Java in the tree, which go along with the definitions that use them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from desk import Desk

GO = """package main

import "fmt"

func main() {
	fmt.Println(1)
}

func serve() {
}
"""
GO_THERE = """package main

import (
	"fmt"
	"log"

	"gopkg.in/yaml.v3"
)

func main() {
	log.Println(1)
	fmt.Println(1)
}

func serve() {
	log.Println(yaml.Marshal(2))
}
"""
JAVASCRIPT = """import {a} from './a.js';

function f() {
  return a;
}

function g() {
}
"""
JAVASCRIPT_THERE = """import {a, b} from './a.js';
import * as c from './c.js';

function f() {
  return a + b;
}

function g() {
  return c.x + b;
}
"""
RUST = """use std::io;

fn f() {
    io::x();
}

fn g() {
}
"""
RUST_THERE = """use std::collections::{HashMap, HashSet};
use std::io;

fn f() {
    io::x(HashMap::new());
}

fn g(s: HashSet) {
}
"""
JAVA = """package p;

import a.B;

class X {
    B f() {
        return null;
    }

    void g() {
    }
}
"""
JAVA_THERE = """package p;

import a.B;
import a.C;
import java.util.List;

class X {
    B f() {
        return new C();
    }

    void g() {
        List l;
    }
}
"""

CASES = {
    "go": ("a.go", GO, GO_THERE, "main", "serve"),
    "javascript": ("a.js", JAVASCRIPT, JAVASCRIPT_THERE, "f", "g"),
    "rust": ("a.rs", RUST, RUST_THERE, "f", "g"),
    "java": ("X.java", JAVA, JAVA_THERE, "X.f", "X.g"),
}
FIRST = {
    "go": '\t"log"\n',
    "javascript": "import {a, b} from './a.js';\n",
    "rust": "use std::collections::HashMap;\n",
    "java": "import a.C;\n",
}
TOLD = {
    "go": '"log"',
    "javascript": "b from ./a.js",
    "rust": "std::collections::HashMap",
    "java": "import a.C;",
}
SECOND = {"go": "yaml", "javascript": "c.js", "rust": "HashSet", "java": "List;"}


@pytest.mark.parametrize("language", CASES)
def test_each_of_two_patches_has_the_imports_it_needs(tmp_path: Path, language: str) -> None:
    path, head, there, first, second = CASES[language]
    desk = Desk(tmp_path / "repository", {path: head})
    desk.write(path, there)
    desk.look()
    assert set(desk.pending()) == {f"{path}:{name}" for name in (first, second, "<import>")}
    desk.assign("one", f"{path}:{first}")
    desk.assign("two", f"{path}:{second}")
    desk.alice.mark_ready(desk.patch("one").id)
    preview = desk.alice.merge_preview(desk.patch("one").id, with_dependencies=False)
    assert preview.imports == (TOLD[language],)
    desk.merge("one")
    committed = desk.head(path) or ""
    assert FIRST[language] in committed
    assert SECOND[language] not in committed
    desk.look()
    desk.merge("two")
    assert desk.head(path) == there
    desk.look()
    assert not desk.pending()
    desk.require_clean()


@pytest.mark.parametrize("language", CASES)
def test_the_tree_as_it_was_takes_them_away_again(tmp_path: Path, language: str) -> None:
    path, head, there, first, second = CASES[language]
    desk = Desk(tmp_path / "repository", {path: there})
    desk.write(path, head)
    desk.look()
    desk.assign("one", f"{path}:{first}")
    desk.assign("two", f"{path}:{second}")
    desk.merge("one")
    assert SECOND[language] in (desk.head(path) or "")
    desk.merge("two")
    assert desk.head(path) == head
    desk.look()
    desk.require_clean()


def test_an_import_that_went_along_is_no_conflict_for_one_that_did_not(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "repository", {"a.go": GO})
    desk.write("a.go", GO_THERE.replace('\t"log"\n', '\t"log"\n\t"os"\n'))
    desk.look()
    desk.assign("imports", "a.go:<import>")
    desk.assign("one", "a.go:main")
    desk.merge("one")
    desk.look()
    assert not desk.alice.conflicts()
    desk.assign("two", "a.go:serve")
    desk.merge("two")
    desk.merge("imports")
    desk.look()
    desk.require_clean()


def test_a_new_file_has_only_what_is_used_in_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "repository", {"other.go": "package main\n"})
    desk.write("a.go", GO_THERE)
    desk.look()
    desk.merge_all(random.Random(1))
    assert desk.head("a.go") == GO_THERE
