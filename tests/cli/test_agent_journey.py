"""An agent's way through its own repository, by command line alone: the README's lines, run as they stand."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.cli.commands import PROJECT, environment
from tests.cli.repository import CART, Checkout

PATCHBAY = 'patchbay() { "$PYTHON" -m tui.cli --user agent "$@"; }\nset -e\n'


def test_the_readmes_lines_make_one_commit_of_one_patch(tmp_path: Path) -> None:
    shop = Checkout.made(tmp_path / "shop")
    shop.change("return sum(prices)", "return math.fsum(prices)")
    shop.change("import json\n", "import json\nimport math\nimport os\n")
    shop.change("return json.dumps(prices)", "return os.fspath(json.dumps(prices))")
    shop.write("shop/rates.py", "RATE = 2\n")
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- agent -->\n```sh\n(.*?)```\n<!-- end -->", readme, re.DOTALL)
    assert block is not None
    before = {path: path.stat().st_mtime_ns for path in shop.root.rglob("*.py")}
    done = subprocess.run(
        ["sh", "-c", PATCHBAY + block[1]],
        cwd=shop.root,
        env=environment(PYTHON=sys.executable, GIT_PAGER="cat"),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b""), done
    documents, log = _documents(done.stdout.decode())
    status, preview, merged = documents[1], documents[-2], documents[-1]
    assert {one["target"]: one["patch"] for one in status["editors"]} == {
        "shop.cart.total": None,
        "shop.cart.saved": None,
        "shop.cart.<import>": None,
        "shop/rates.py:<file>": None,
    }
    head = shop.git("rev-parse", "HEAD")
    assert merged["revision"] == head
    assert f"commit {head}" in log
    changed = [line for line in log.splitlines() if re.match(r"[+-][^+-]", line)]
    assert changed == ["+import math", "-    return sum(prices)", "+    return math.fsum(prices)"]
    assert changed == [line for line in str(preview["diff"]).splitlines() if re.match(r"[+-][^+-]", line)]
    assert shop.git("show", "HEAD:shop/cart.py") + "\n" == CART.replace(
        "sum(prices)", "math.fsum(prices)"
    ).replace("import json\n", "import json\nimport math\n")
    assert shop.git("show", "--stat", "--format=", "HEAD").splitlines()[-1].strip() == (
        "1 file changed, 2 insertions(+), 1 deletion(-)"
    )
    assert {path: path.stat().st_mtime_ns for path in shop.root.rglob("*.py")} == before
    assert shop.git("status", "--porcelain").splitlines() == [" M shop/cart.py", "?? shop/rates.py"]


def _documents(output: str) -> tuple[list[dict[str, Any]], str]:
    """The JSON documents at the beginning of an output, and what follows them."""
    decoder = json.JSONDecoder()
    found: list[dict[str, Any]] = []
    while output.startswith("{"):
        document, end = decoder.raw_decode(output)
        found.append(document)
        output = output[end:].lstrip("\n")
    return found, output
