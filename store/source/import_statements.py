"""The import statements of a Python text, the names they bind, and the names the text uses.

Only imports of the module itself are statements here: those inside functions and classes belong to their
definition, see `inner_imports`. Which of them a text should have is decided in `imports`.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from store.source.texts import is_opaque, lines_of

_LONE_RETURN = re.compile(r"\r(?!\n)")


class Alias(NamedTuple):
    """One imported name: `a.b as c` of `import a.b as c`, `b as c` of `from a import b as c`."""

    module: str | None
    """The module of `from module import`, with its dots; None for a plain `import`."""
    name: str
    as_name: str | None

    @property
    def binds(self) -> str:
        """The name that it binds in the module."""
        return self.as_name or (self.name if self.module is not None else self.name.partition(".")[0])

    @property
    def text(self) -> str:
        """How it is written in its statement."""
        return f"{self.name} as {self.as_name}" if self.as_name else self.name

    @property
    def submodule(self) -> str | None:
        """The dotted module of a plain `import a.b`, which is reached through `a`."""
        return self.name if self.module is None and self.as_name is None and "." in self.name else None

    @property
    def is_fixed(self) -> bool:
        """Whether it is no matter of what is used: a star, a feature, a name re-exported as itself."""
        return self.name == "*" or self.module == "__future__" or self.name == self.as_name


class ImportStatement(NamedTuple):
    """An import at the top of a module, or inside an `if` there that holds nothing else.

    A compound statement that binds names only by imports, such as a `try`, is one too, taken as a whole.
    """

    aliases: tuple[Alias, ...]
    start: int
    """Its first row."""
    end: int
    """The row behind its last one."""
    text: str
    """Its lines."""
    block: str = ""
    """The line of the `if` that it stands in; empty at the top."""
    block_start: int = -1
    """The row of that line."""
    whole: bool = False
    """It is a compound statement, or shares its lines with something else: never changed in part."""

    @property
    def module(self) -> str | None:
        """The module that names are imported from; None for a plain import."""
        return self.aliases[0].module

    @property
    def binds(self) -> tuple[str, ...]:
        """The names that it binds."""
        return tuple(dict.fromkeys(alias.binds for alias in self.aliases))

    @property
    def outer_start(self) -> int:
        """The first row of the statement at the top of the module that it is or stands in."""
        return self.block_start if self.block else self.start


class Usage(NamedTuple):
    """What a text needs, which imports it has for nothing, and through what it reaches submodules."""

    needed: frozenset[str]
    """Names that it uses, `__all__` and annotations in strings included, and does not bind."""
    unused: frozenset[tuple[int, Alias]]
    """Imports that nothing uses, with the first row of their statement."""
    chains: frozenset[str]
    """Dotted names that it uses: of `a.b.c`, `a.b` and `a.b.c`."""
    units: tuple[tuple[str, frozenset[str]], ...]
    """Every statement of the module and of its classes but imports: its lines, and the names in it."""


def parsed(text: str) -> ast.Module | None:
    """The syntax tree; None for what Python refuses and for texts whose rows it would count differently."""
    if is_opaque(text) or _LONE_RETURN.search(text):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text.encode("utf-8"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@lru_cache(maxsize=256)
def import_statements(text: str) -> tuple[ImportStatement, ...]:
    """The imports of a module in order; none where it does not parse."""
    module = parsed(text)
    return tuple(_statements(module, lines_of(text))) if module is not None else ()


@lru_cache(maxsize=1024)
def inner_imports(text: str) -> tuple[Alias, ...]:
    """What the functions and classes of a module import for themselves, but what they try to import."""
    module = parsed(text)
    return () if module is None else tuple(_inner(module.body, inside=False))


def _inner(body: Iterable[ast.AST], inside: bool) -> Iterator[Alias]:
    for node in body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from _aliases(node) if inside else ()
        elif isinstance(node, ast.Try) and node.handlers:
            yield from _inner((*node.handlers, *node.orelse, *node.finalbody), inside)
        else:
            scope = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            yield from _inner(ast.iter_child_nodes(node), inside or scope)


def all_imports(text: str) -> tuple[Alias, ...]:
    """Every import in a definition's text, a member's too, which is indented."""
    module = parsed(f"if True:\n{text}" if text[:1] in (" ", "\t") else text)
    found = (node for node in ast.walk(module or ast.Module([], [])))
    return tuple(
        alias for one in found if isinstance(one, (ast.Import, ast.ImportFrom)) for alias in _aliases(one)
    )


def _statements(module: ast.Module, lines: list[str]) -> Iterator[ImportStatement]:
    shared = _shared_rows(module.body)
    for node in module.body:
        start, end = node.lineno - 1, node.end_lineno or node.lineno
        text = "".join(lines[start:end])
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            whole = bool(shared.intersection(range(start, end)))
            yield ImportStatement(_aliases(node), start, end, text, whole=whole)
        elif isinstance(node, ast.If) and _holds_only_imports(node):
            header = "".join(lines[start : node.body[0].lineno - 1]).strip()
            for inner in node.body:
                rows = inner.lineno - 1, inner.end_lineno or inner.lineno
                inside = "".join(lines[rows[0] : rows[1]])
                if isinstance(inner, (ast.Import, ast.ImportFrom)):
                    yield ImportStatement(_aliases(inner), *rows, inside, header, start)
        elif isinstance(node, (ast.If, ast.Try, ast.With)):
            aliases = _only_imported(node)
            if aliases:
                yield ImportStatement(aliases, start, end, text, whole=True)


def _shared_rows(body: list[ast.stmt]) -> set[int]:
    """The rows on which more than one statement stands."""
    counts = Counter(row for node in body for row in range(node.lineno - 1, node.end_lineno or node.lineno))
    return {row for row, count in counts.items() if count > 1}


def _holds_only_imports(node: ast.If) -> bool:
    rows = [row for inner in node.body for row in (inner.lineno, inner.end_lineno)]
    apart = node.body[0].lineno > node.lineno and not _shared_rows(node.body) and None not in rows
    return (
        apart
        and not node.orelse
        and all(isinstance(inner, (ast.Import, ast.ImportFrom)) for inner in node.body)
    )


def _aliases(node: ast.Import | ast.ImportFrom) -> tuple[Alias, ...]:
    module = None
    if isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
    return tuple(Alias(module, alias.name, alias.asname) for alias in node.names)


def _only_imported(node: ast.stmt) -> tuple[Alias, ...]:
    """What a compound statement imports; nothing where it binds names in another way too."""
    found: list[Alias] = []
    stack: list[ast.AST] = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return ()
        if isinstance(current, ast.Name) and not isinstance(current.ctx, ast.Load):
            return ()
        if isinstance(current, (ast.Import, ast.ImportFrom)):
            found += _aliases(current)
        else:
            stack += reversed(list(ast.iter_child_nodes(current)))
    return tuple(found)


@lru_cache(maxsize=256)
def usage_of(text: str) -> Usage:
    """What a text that parses uses; nothing of one that does not."""
    from pyflakes import checker, messages

    module = parsed(text)
    if module is None:
        return Usage(frozenset(), frozenset(), frozenset(), ())
    lines = lines_of(text)
    statements = tuple(_statements(module, lines))
    try:
        found = checker.Checker(module).messages
    except RecursionError:
        found = []
    needed: set[str] = set()
    unused: set[tuple[int, Alias]] = set()
    for message in found:
        if isinstance(message, (messages.UndefinedName, messages.UndefinedExport, messages.ImportStarUsage)):
            needed.add(str(message.message_args[0]))
        elif isinstance(message, messages.UnusedImport):
            unused.update(_meant(statements, message.lineno - 1, str(message.message_args[0])))
    return Usage(
        frozenset(needed),
        frozenset(unused),
        frozenset(_chains(module)),
        tuple(_units(module.body, lines)),
    )


@lru_cache(maxsize=1024)
def reaches_of(text: str) -> frozenset[str]:
    """The dotted names that a text uses, but those which begin with a parameter or a variable of its own."""
    module = parsed(text)
    if module is None:
        return frozenset()
    chains, own = set[str](), set[str]()
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute):
            chains.update(_chain(node))
        elif isinstance(node, ast.arg):
            own.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            own.add(node.id)
    return frozenset(chain for chain in chains if chain.partition(".")[0] not in own)


def _meant(statements: Iterable[ImportStatement], row: int, described: str) -> Iterator[tuple[int, Alias]]:
    for statement in statements:
        if statement.start <= row < statement.end:
            yield from ((statement.start, one) for one in statement.aliases if _described(one) == described)


def _described(alias: Alias) -> str:
    """An import as pyflakes writes it."""
    full = alias.name
    if alias.module is not None:
        full = f"{alias.module}{'' if alias.module.endswith('.') else '.'}{alias.name}"
    renamed = alias.as_name is not None and full.rpartition(".")[2] != alias.as_name
    return f"{full} as {alias.as_name}" if renamed else full


def _chains(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute):
            yield from _chain(node)


def _chain(node: ast.Attribute) -> tuple[str, ...]:
    """Give an attribute with the names before its dots; nothing where another expression stands there."""
    parts = [node.attr]
    value: ast.expr = node.value
    while isinstance(value, ast.Attribute):
        parts.append(value.attr)
        value = value.value
    return (".".join([value.id, *reversed(parts)]),) if isinstance(value, ast.Name) else ()


def _units(body: Iterable[ast.stmt], lines: list[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            outside = (*node.decorator_list, *node.bases, *node.keywords)
            yield _header(node, lines), frozenset(name for one in outside for name in _names(one))
            yield from _units(node.body, lines)
        elif not isinstance(node, (ast.Import, ast.ImportFrom)):
            yield "".join(lines[_first_row(node) : node.end_lineno]), frozenset(_names(node))


def _header(node: ast.ClassDef, lines: list[str]) -> str:
    return "".join(lines[_first_row(node) : _first_row(node.body[0])])


def _first_row(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(one.lineno for one in decorators)]) - 1


def _names(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            yield one.id
        elif isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield from re.findall(r"[^\W\d]\w*", one.value[:500])
