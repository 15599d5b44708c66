"""Types with their methods in Go, Rust and Java, changed in the tree and merged patch by patch."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from desk import Desk

GO = """package shop

import "fmt"

// Cart holds.
type Cart struct {
	items []int
}

func New() *Cart { return &Cart{} }

// Add adds.
func (c *Cart) Add(i int) {
	c.items = append(c.items, i)
}

func (c Cart) Len() int {
	return len(c.items)
}

type (
	A int
	B string
)

func (l *List[T]) Push(v T) {
	fmt.Println(v)
}

type List[T any] struct{ v []T }

const X = 1

var Y, Z = 1, 2
"""
RUST = """use std::fmt;

/// A cart.
#[derive(Debug)]
pub struct Cart {
    items: Vec<u32>,
}

impl Cart {
    pub fn new() -> Self {
        Cart { items: vec![] }
    }

    pub fn add(&mut self, i: u32) {
        self.items.push(i);
    }
}

impl fmt::Display for Cart {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}", self.items.len())
    }
}

pub trait Shape {
    fn area(&self) -> f64;

    fn twice(&self) -> f64 {
        2.0 * self.area()
    }
}

pub enum Color {
    Red,
    Green,
}

fn free() -> u32 {
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn works() {
        assert_eq!(free(), 1);
    }
}
"""
JAVA = """package shop;

import java.util.*;

/** A shop. */
@Deprecated
public class Shop<T extends Comparable<T>> extends Base implements Closeable {
    private static final int LIMIT = 9;

    @Inject
    private final List<T> items = new ArrayList<>();

    static {
        System.loadLibrary("x");
    }

    public Shop() {
        this(1);
    }

    public Shop(int size) {
        super(size);
    }

    @Override
    public <R> R visit(Visitor<? super T, R> visitor) throws IOException {
        return visitor.visit(this);
    }

    public void add(T item) {
        items.add(item);
    }

    public void add(T item, int times) {
        for (int i = 0; i < times; i++) add(item);
    }

    private class Cursor implements Iterator<T> {
        int at = 0;

        public boolean hasNext() {
            return at < items.size();
        }
    }

    public static <K> Builder<K> builder() {
        return new Builder<>();
    }

    public static final class Builder<K> {
        private K key;

        public Builder<K> key(K key) {
            this.key = key;
            return this;
        }
    }
}

interface Visitor<A, R> {
    R visit(A a);

    default R twice(A a) {
        return visit(a);
    }
}

record Point(int x, int y) implements Shape {
    Point {
        if (x < 0) throw new IllegalArgumentException();
    }

    double norm() {
        return Math.sqrt(x * x + y * y);
    }

    static Point origin() {
        return new Point(0, 0);
    }
}

enum Color {
    RED("r") {
        @Override
        String code() { return "x"; }
    },
    GREEN("g");

    private final String code;

    Color(String code) {
        this.code = code;
    }

    String code() {
        return code;
    }
}

@interface Marked {
    String value() default "";

    int[] numbers() default {};
}

sealed interface Shape permits Point {}
"""
TOML = 'title = "Shop"\n\n[cart]\nlimit = 9\n'
JAVASCRIPT = "const LIMIT = 9;\n\nfunction open() {\n  return LIMIT;\n}\n"
FILES = {"shop.go": GO, "shop.rs": RUST, "Shop.java": JAVA, "shop.toml": TOML, "shop.js": JAVASCRIPT}


def without(text: str, *parts: str) -> str:
    for part in parts:
        assert text.count(part) == 1, part
        text = text.replace(part, "")
    return text


GO_ADD = "// Add adds.\nfunc (c *Cart) Add(i int) {\n\tc.items = append(c.items, i)\n}\n\n"
GO_LEN = "func (c Cart) Len() int {\n\treturn len(c.items)\n}\n\n"
GO_TYPE = "// Cart holds.\ntype Cart struct {\n\titems []int\n}\n\n"
RUST_TYPE = RUST[RUST.index("/// A cart.") : RUST.index("impl Cart")]
RUST_IMPL = RUST[RUST.index("impl Cart") : RUST.index("impl fmt")]
RUST_SHOWN = RUST[RUST.index("impl fmt") : RUST.index("pub trait")]
JAVA_CURSOR = JAVA[JAVA.index("    private class Cursor") : JAVA.index("    public static <K> Builder")]

GO_NEW_TYPE = "\ntype User struct {\n\tage int\n}\n"
GO_NEW_METHOD = "\nfunc (u User) Age() int {\n\treturn u.age\n}\n"
CHANGES: dict[str, tuple[str, str]] = {
    "a Go type and its methods are renamed": ("shop.go", GO.replace("Cart", "Basket")),
    "a Go type alone is renamed": ("shop.go", GO.replace("type Cart struct", "type Basket struct")),
    "a Go type goes with its methods": ("shop.go", without(GO, GO_TYPE, GO_ADD, GO_LEN)),
    "a Go type goes without its methods": ("shop.go", without(GO, GO_TYPE)),
    "a Go method goes": ("shop.go", without(GO, GO_ADD)),
    "a Go type and a method are changed": (
        "shop.go",
        GO.replace("items []int", "items []int\n\tmore int").replace("return len(c.items)", "return c.more"),
    ),
    "a Go type comes with a method": ("shop.go", GO + GO_NEW_TYPE + GO_NEW_METHOD),
    "a Go type comes behind a method": ("shop.go", GO + GO_NEW_METHOD + GO_NEW_TYPE),
    "a Go type is renamed and a method is changed": (
        "shop.go",
        GO.replace("type Cart struct", "type Basket struct").replace("return len(c.items)", "return c.more"),
    ),
    "a TOML table comes with one below it": (
        "shop.toml",
        TOML + "\n[user]\nage = 1\n\n[user.old]\nage = 2\n",
    ),
    "a JavaScript function comes with one of its prototype": (
        "shop.js",
        JAVASCRIPT
        + "\nfunction User() {\n  this.age = 1;\n}\n"
        + "\nUser.prototype.old = function () {\n  return this.age;\n};\n",
    ),
    "a Rust type and its blocks are renamed": ("shop.rs", RUST.replace("Cart", "Basket")),
    "a Rust type alone is renamed": ("shop.rs", RUST.replace("struct Cart", "struct Basket")),
    "a Rust type goes with its blocks": ("shop.rs", without(RUST, RUST_TYPE, RUST_IMPL, RUST_SHOWN)),
    "a Rust type goes without its blocks": ("shop.rs", without(RUST, RUST_TYPE)),
    "a Rust block goes": ("shop.rs", without(RUST, RUST_IMPL)),
    "Rust methods are changed": (
        "shop.rs",
        RUST.replace("self.items.push(i);", "self.items.insert(0, i);").replace("2.0 *", "3.0 *"),
    ),
    "a Java class is renamed with its constructors": (
        "Shop.java",
        JAVA.replace("class Shop<", "class Store<").replace("public Shop(", "public Store("),
    ),
    "a Java inner class goes": ("Shop.java", without(JAVA, JAVA_CURSOR)),
    "one Java overload, a record's constructor and an enum's constant are changed": (
        "Shop.java",
        JAVA.replace("add(item);\n    }\n\n    private", "add(item, 0);\n    }\n\n    private")
        .replace("if (x < 0)", "if (x < 0 || y < 0)")
        .replace('GREEN("g");', 'GREEN("g"),\n    BLUE("b");'),
    ),
    "a Java annotation, an interface and a generic method are changed": (
        "Shop.java",
        JAVA.replace('default "";', 'default "x";')
        .replace("R visit(A a);", "R visit(A a) throws Exception;")
        .replace("return new Builder<>();", "return null;"),
    ),
}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_split_into_patches_and_merged_in_any_order(tmp_path: Path, what: str, seed: int) -> None:
    desk = Desk(tmp_path / "r", FILES)
    path, text = CHANGES[what]
    assert text != FILES[path]
    desk.write(path, text)
    desk.look()
    assert all(not one.endswith(":<file>") for one in desk.pending()), list(desk.pending())
    desk.merge_all(random.Random(seed))
    assert desk.head(path) == text


def test_a_changed_method_follows_the_java_class_that_another_patch_renames(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "r", FILES)
    desk.change("Shop.java", "return visitor.visit(this);", "return null;")
    desk.look()
    desk.assign("visits", "Shop.java:Shop.visit")
    path, text = CHANGES["a Java class is renamed with its constructors"]
    desk.write(path, text.replace("return visitor.visit(this);", "return null;"))
    desk.look()
    desk.merge_all(random.Random(3))
    assert desk.head(path) == text.replace("return visitor.visit(this);", "return null;")


@pytest.mark.parametrize("path", ["shop.go", "shop.rs"])
def test_an_editor_on_a_method_apart_from_its_type_stays_on_it_when_the_type_is_renamed(
    tmp_path: Path, path: str
) -> None:
    desk = Desk(tmp_path / "r", FILES)
    method = f"{path}:Cart.{'Add' if path == 'shop.go' else 'add'}"
    desk.alice.open_editor(method)
    desk.alice.rename_definition(f"{path}:Cart", f"{path}:Basket", new_patch="baskets")
    assert {one.target for one in desk.state.editors.values()} == {method, f"{path}:Basket"}
    assert desk.alice.show(method).text
    desk.merge("baskets")
    desk.require_clean()


def test_a_method_that_the_tree_adds_to_a_type_in_a_patch_is_an_addition_of_its_own_there(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path / "r", FILES)
    desk.write("shop.go", GO + GO_NEW_TYPE)
    desk.look()
    desk.assign("users", "shop.go:User")
    desk.write("shop.go", GO + GO_NEW_TYPE + GO_NEW_METHOD)
    desk.look()
    assert {(op.kind, op.name) for op in desk.patch("users").operations} == {
        ("add", "shop.go:User"),
        ("add", "shop.go:User.Age"),
    }
    assert {desk.editor(f"shop.go:{key}").patch_id for key in ("User", "User.Age")} == {
        desk.patch("users").id
    }
    desk.change("shop.go", "return u.age", "return u.age + 1")
    desk.look()
    assert "return u.age + 1" in desk.alice.show("shop.go:User.Age", "users").text
    desk.merge("users")
    desk.require_clean()


def test_a_go_type_and_its_method_that_come_together_go_to_a_patch_together(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "r", FILES)
    desk.write("shop.go", GO + GO_NEW_TYPE + GO_NEW_METHOD)
    desk.look()
    desk.assign("users", *desk.pending())
    assert {(op.kind, op.name) for op in desk.patch("users").operations} == {
        ("add", "shop.go:User"),
        ("add", "shop.go:User.Age"),
    }
    desk.merge("users")
    desk.require_clean()
