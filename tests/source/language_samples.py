"""One small real file in each language that is cut besides Python, and definitions to add to it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Added:
    """A new definition: its key, its text, and how the file's lines around it read afterwards."""

    key: str
    text: str
    reads: str


JAVASCRIPT = """\
#!/usr/bin/env node
import fs from "fs";

const LIMIT = 1;

/** A cart. */
export class Cart extends Base {
  #size = 3;

  // what it costs
  total() {
    return `
kept`;
  }
}

class Empty {}

export const go = () => {
  return new Cart();
};

// detached

module.exports = { go };
"""

GO = """\
package shop

import (
\t"fmt"
)

const (
\tLimit = 1
\tMost  = 2
)

// Cart holds.
type Cart struct {
\tsize int
}

// Total sums.
func (c *Cart) Total() int {
\treturn c.size
}

func main() {
\tfmt.Println(Limit)
}
"""

RUST = """\
//! Shop.
use std::fmt;

pub const LIMIT: u8 = 1;

/// A cart.
#[derive(Debug)]
pub struct Cart<T> {
    size: T,
}

impl<T> Cart<T> {
    /// What it costs.
    pub fn total(&self) -> u8 {
        LIMIT
    }
}

impl<T> fmt::Display for Cart<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        Ok(())
    }
}

fn main() {}
"""

JAVA = """\
package shop;

import java.util.List;

/** A cart. */
@Deprecated
public class Cart {
    private int size = 3, most = 4;

    public Cart() {
        size = 2;
    }

    @Override
    public int total() {
        return size;
    }

    enum Kind { A, B }
}
"""

TOML = """\
# about the name
name = "shop"
version = "1"

[tool.ruff]
# wide
line-length = 110
select = [
    "E",
]

# detached

[[tool.ruff."per file"]]
path = "a"

[[tool.ruff."per file"]]
path = "b"
"""

MARKDOWN = """\
Before.

# Shop: the cart

Text.

## Install

Do this.

### On Linux

```sh
# no heading
```

## Use

That.

Second part
===========

## Use

More.
"""

SAMPLES = {
    "web/app.js": JAVASCRIPT,
    "shop/cart.go": GO,
    "src/cart.rs": RUST,
    "shop/Cart.java": JAVA,
    "pyproject.toml": TOML,
    "README.md": MARKDOWN,
}

KEYS = {
    "web/app.js": [
        "<doc>",
        "<import>",
        "<after import>",
        "LIMIT",
        "<after LIMIT>",
        "Cart",
        "Cart.#size",
        "Cart.<after #size>",
        "Cart.total",
        "Cart.<tail>",
        "<after Cart>",
        "Empty",
        "<after Empty>",
        "go",
        "<after go>",
        "module.exports",
    ],
    "shop/cart.go": [
        "<doc>",
        "<import>",
        "<after import>",
        "Limit",
        "<after Limit>",
        "Cart",
        "<after Cart>",
        "Cart.Total",
        "<after Total>",
        "main",
    ],
    "src/cart.rs": [
        "<doc>",
        "<import>",
        "<after import>",
        "LIMIT",
        "<after LIMIT>",
        "Cart",
        "<after Cart>",
        "Cart<impl>",
        "Cart.total",
        "Cart.<tail>",
        "<after Cart impl>",
        "Cart<Display>",
        "Cart<Display>.fmt",
        "Cart<Display>.<tail>",
        "<after Cart Display>",
        "main",
    ],
    "shop/Cart.java": [
        "<doc>",
        "<import>",
        "<after import>",
        "Cart",
        "Cart.size",
        "Cart.<after size>",
        "Cart.Cart",
        "Cart.<after Cart>",
        "Cart.total",
        "Cart.<after total>",
        "Cart.Kind",
        "Cart.<tail>",
    ],
    "pyproject.toml": [
        "name",
        "version",
        "<after version>",
        "tool.ruff",
        "tool.ruff.line-length",
        "tool.ruff.select",
        "<after ruff>",
        "tool.ruff.per%20file",
        "tool.ruff.per%20file.path",
        "<after per%20file>",
        "tool.ruff.per%20file#2",
        "tool.ruff.per%20file#2.path",
    ],
    "README.md": [
        "<doc>",
        "Shop-the-cart",
        "Shop-the-cart.<doc>",
        "Shop-the-cart.Install",
        "Shop-the-cart.Install.<doc>",
        "Shop-the-cart.Install.On-Linux",
        "Shop-the-cart.<after Install>",
        "Shop-the-cart.Use",
        "<after Shop-the-cart>",
        "Second-part",
        "Second-part.<doc>",
        "Second-part.Use",
    ],
}

ADDED = {
    "web/app.js": [
        Added("Cart.count", "count() {\n  return 2;\n}\n", "  }\n\n  count() {\n    return 2;\n  }\n}\n"),
        Added("Empty.f", "f() {}\n", "class Empty {\n  f() {}\n}\n\nexport"),
        Added("stop", "function stop() {}\n", "};\n\nfunction stop() {}\n"),
    ],
    "shop/cart.go": [
        Added(
            "Cart.Count",
            "func (c Cart) Count() int {\n\treturn 2\n}\n",
            "}\n\nfunc (c Cart) Count() int {\n\treturn 2\n}\n",
        ),
        Added("Least", "var Least = 0\n", "}\n\nvar Least = 0\n"),
    ],
    "src/cart.rs": [
        Added("Cart.count", "fn count(&self) {}\n", "    }\n\n    fn count(&self) {}\n}\n\nimpl<T> fmt"),
        Added(
            "Cart<Clone>",
            "impl<T> Clone for Cart<T> {\n}\n",
            "fn main() {}\n\nimpl<T> Clone for Cart<T> {\n}\n",
        ),
        Added("Cart<Display>.g", "fn g() {}\n", "    }\n\n    fn g() {}\n}\n\nfn main"),
    ],
    "shop/Cart.java": [
        Added(
            "Cart.count",
            "int count() {\n    return 2;\n}\n",
            "\n\n    int count() {\n        return 2;\n    }\n}\n",
        ),
        Added("Other", "class Other {}\n", "}\n\nclass Other {}\n"),
    ],
    "pyproject.toml": [
        Added("tool.ruff.target", 'target = "py311"\n', ']\ntarget = "py311"\n'),
        Added("tool.black", "[tool.black]\nx = 1\n", 'path = "b"\n\n[tool.black]\nx = 1\n'),
        Added("license", 'license = "MIT"\n', 'version = "1"\nlicense = "MIT"\n\n[tool.ruff]'),
        Added("tool.ruff.a.b", "a.b = 1\n", "]\na.b = 1\n"),
    ],
    "README.md": [
        Added("Shop-the-cart.Install.On-Mac", "### On Mac\n\nbrew\n", "```\n\n### On Mac\n\nbrew\n\n## Use"),
        Added("End", "# End\n", "More.\n\n# End\n"),
    ],
}
