"""Imports that follow the definitions which need them. Pure.

A patch holds definitions, not imports: what a file imports is derived from what its definitions use, out of
the imports that the work tree's version of the file has. Reading imports lives in `import_statements`,
rewriting the names of one in `import_lists`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from store.source.bindings import bound_names
from store.source.import_lists import with_names, without_names
from store.source.import_places import placed
from store.source.import_runs import rewritten
from store.source.import_statements import (
    Alias,
    ImportStatement,
    Usage,
    import_statements,
    parsed,
    usage_of,
)
from store.source.partition import cut
from store.source.texts import is_blank, lines_of, newline_of, with_newline

__all__ = ["Alias", "ImportStatement", "derived_imports", "import_statements", "usage_of"]

_BOM = "\ufeff"
_MOST_ROUNDS = 5
"""An import can need another, as `if TYPE_CHECKING:` does; deeper than this nothing is looked for."""


def derived_imports(head: str | None, result: str, tree: str | None) -> str:
    """The text of a Python file with the imports that its definitions need, every other byte as it was.

    `head` is the file before the patch, `result` has the patch's definitions but still head's imports,
    `tree` has all the imports there are to choose from; None where there is no such file. Taken from `tree`
    is each import that binds a name which the result uses and does not bind, or had in `head` for others to
    take, or that its new definitions use in place of another of the same name. Dropped is each that `tree`
    has no more, that head used and that the result does not. Side effects, stars, names re-exported and
    imports that nobody uses are left alone, so is a result that does not parse. A second run changes nothing.
    """
    mark = _BOM if result.startswith(_BOM) else ""
    head, tree = (None if text is None else text.removeprefix(_BOM) for text in (head, tree))
    return mark + _derived(head, result.removeprefix(_BOM), tree)


def _derived(head: str | None, result: str, tree: str | None) -> str:
    if tree is None or result in (head, tree) or any(parsed(text) is None for text in (result, tree)):
        return result
    derived = result
    for _ in range(_MOST_ROUNDS):
        step = _without_unused(head or "", _with_needed(head or "", derived, tree), tree)
        if step == derived:
            break
        derived = step
    return derived if derived == result else _as_written(derived, tree)


def _with_needed(head: str, text: str, tree: str) -> str:
    own = import_statements(text)
    wanted = _wanted(head, text, tree, own)
    for statement in import_statements(tree):
        aliases = [alias for alias in statement.aliases if alias in wanted]
        if aliases:
            wanted.difference_update(aliases)
            text = _with_statement(text, tree, statement, aliases)
    for alias in _replaced(head, text, tree, own):
        text = _without(text, tree, {(one.start, alias) for one in import_statements(text)})
    return text


def _wanted(head: str, text: str, tree: str, own: Sequence[ImportStatement]) -> set[Alias]:
    """The tree's imports that a text needs."""
    here, before = usage_of(text), usage_of(head)
    present = {alias for statement in own for alias in statement.aliases}
    offered = [alias for one in import_statements(tree) for alias in one.aliases if alias not in present]
    wanted: set[Alias] = set()
    for name in here.needed:
        binding = [alias for alias in offered if alias.binds == name and alias.name != "*"]
        reached = [alias for alias in binding if alias.submodule in here.chains]
        wanted.update(reached or binding[:1])
    plain = {alias.binds for alias in present if alias.module is None and alias.as_name is None}
    for alias in offered:
        submodule = alias.submodule
        if submodule in here.chains and submodule not in before.chains and alias.binds in plain:
            wanted.add(alias)
        if alias.module == "__future__" and _needs_feature(head, here, tree):
            wanted.add(alias)
    bound = {alias.binds for alias in present}
    for one in import_statements(tree):
        if wanted.intersection(one.aliases):
            uses = _uses(tree, one) - bound
            wanted.update(alias for alias in offered if alias.binds in uses)
    kept = _taken_away(head, text)
    wanted.update(alias for alias in offered if alias.binds in kept)
    return wanted | {new for _, new in _swaps(head, text, tree, own)}


def _taken_away(head: str, text: str) -> frozenset[str]:
    """The names that a module had for others to take and has no more."""
    had, has = bound_names(head), bound_names(text)
    return frozenset() if had is None or has is None else had - has


def _uses(text: str, statement: ImportStatement) -> set[str]:
    """The names that an import needs to stand: those in its `if`, or in its compound statement."""
    if not statement.block and not statement.whole:
        return set()
    lines = "".join(lines_of(text)[statement.outer_start : _outer_end(text, statement)])
    return {name for _, names in usage_of(lines).units for name in names}


def _needs_feature(head: str, here: Usage, tree: str) -> bool:
    """Whether a text has names that only the tree's `from __future__` lets stand, or is a new file."""
    bound = {name for one in import_statements(tree) for name in one.binds}
    return not head or bool(here.needed - usage_of(tree).needed - bound)


def _swaps(head: str, text: str, tree: str, own: Iterable[ImportStatement]) -> list[tuple[Alias, Alias]]:
    """Imports of head that give way to another of the same name in the tree, which new definitions mean.

    So it is where every statement that uses the name stands in the tree too, and not all of them in head.
    """
    theirs: dict[str, list[Alias]] = {}
    for one in import_statements(tree):
        for alias in one.aliases:
            theirs.setdefault(alias.binds, []).append(alias)
    found = []
    for statement in own:
        for alias in statement.aliases:
            offered = theirs.get(alias.binds, [])
            if len(offered) == 1 and alias != offered[0] and not (alias.submodule or offered[0].submodule):
                units = {lines for lines, names in usage_of(text).units if alias.binds in names}
                if units <= _units(tree) and not units <= _units(head):
                    found.append((alias, offered[0]))
    return found


def _replaced(head: str, text: str, tree: str, own: Iterable[ImportStatement]) -> list[Alias]:
    present = {alias for one in import_statements(text) for alias in one.aliases}
    return [old for old, new in _swaps(head, text, tree, own) if new in present and old in present]


def _units(text: str) -> set[str]:
    return {lines for lines, _ in usage_of(text).units}


def _without_unused(head: str, text: str, tree: str) -> str:
    """The text without what the tree has dropped, head used and the text does not use."""
    here, before = usage_of(text), usage_of(head)
    kept = {alias for statement in import_statements(tree) for alias in statement.aliases}
    idle = {alias for _, alias in before.unused}
    own = import_statements(text)
    plain = {alias.binds for one in own for alias in one.aliases if alias in kept and alias.module is None}
    gone: set[tuple[int, Alias]] = set()
    for statement in own:
        for alias in statement.aliases:
            if alias in kept or alias in idle or alias.is_fixed:
                continue
            if alias.submodule:
                unused = alias.submodule in before.chains and alias.submodule not in here.chains
            else:
                replaced = alias.module is None and alias.as_name is None and alias.binds in plain
                unused = replaced or (statement.start, alias) in here.unused
            if unused:
                gone.add((statement.start, alias))
    return _without(text, tree, gone)


def _without(text: str, tree: str, gone: set[tuple[int, Alias]]) -> str:
    """The text without these imports, each given with the first row of its statement."""
    for statement in reversed(import_statements(text)):
        dropped = [alias for alias in statement.aliases if (statement.start, alias) in gone]
        all_of_it = len(dropped) == len(statement.aliases)
        if not dropped or (statement.whole and not (all_of_it and _stands_alone(text, statement))):
            continue
        remaining = [alias for alias in statement.aliases if alias not in dropped]
        lines = _same_list(tree, statement, remaining, newline_of(text))
        if lines is None and remaining:
            lines = without_names(statement.text, dropped)
        text = _with_rows(text, statement, lines or "")
    return text


def _stands_alone(text: str, statement: ImportStatement) -> bool:
    """Whether no other statement of the module shares the rows of this one."""
    module = parsed(text)
    if module is None:
        return False
    touching = [
        node
        for node in module.body
        if node.lineno <= statement.end and (node.end_lineno or node.lineno) > statement.start
    ]
    return len(touching) == 1


def _with_rows(text: str, statement: ImportStatement, lines: str) -> str:
    """The text with other lines for a statement; with none the blank lines around it are closed."""
    rows = lines_of(text)
    start, end = statement.start, statement.end
    if lines:
        return "".join([*rows[:start], lines, *rows[end:]])
    if statement.block:
        others = [one for one in import_statements(text) if one.block_start == statement.block_start]
        start = statement.block_start if len(others) == 1 else start
    behind_blank = end == len(rows) or is_blank(rows[end])
    while behind_blank and start and is_blank(rows[start - 1]):
        start -= 1
    while start == 0 and end < len(rows) and is_blank(rows[end]):
        end += 1
    return "".join([*rows[:start], *rows[end:]])


def _same_list(tree: str, statement: ImportStatement, aliases: Sequence[Alias], newline: str) -> str | None:
    """How the tree writes a statement of exactly these names."""
    for one in import_statements(tree):
        if not one.whole and one.block == statement.block and set(one.aliases) == set(aliases):
            return with_newline(one.text, newline)
    return None


def _with_statement(text: str, tree: str, statement: ImportStatement, aliases: Sequence[Alias]) -> str:
    """The text with these names of one of the tree's statements."""
    newline = newline_of(text)
    own = import_statements(text)
    apart = _aliases_apart(tree, statement)
    for host in own:
        joins = host.module is not None and (host.module, host.block) == (statement.module, statement.block)
        joins = joins and apart.isdisjoint(host.aliases)
        if joins and not host.whole and not statement.whole and host.aliases[0].name != "*":
            together = [*host.aliases, *aliases]
            lines = _same_list(tree, host, together, newline)
            if lines is None:
                lines = with_names(host.text, aliases, statement.aliases)
            return _with_rows(text, host, lines)
    rows = lines_of(text)
    lines = _lines_for(statement, aliases, newline)
    inside = [one for one in own if statement.block and one.block == statement.block]
    if inside:
        return "".join([*rows[: inside[-1].end], lines, *rows[inside[-1].end :]])
    if statement.block:
        head = "".join(lines_of(tree)[statement.block_start : _first_inside(tree, statement)])
        lines = with_newline(head, newline) + lines
    return _inserted(text, tree, statement, lines)


def _aliases_apart(tree: str, statement: ImportStatement) -> set[Alias]:
    """What the tree imports from the same module in other statements, which a name does not join."""
    return {
        alias
        for one in import_statements(tree)
        if one.module == statement.module and one.start != statement.start
        for alias in one.aliases
    } - set(statement.aliases)


def _first_inside(tree: str, statement: ImportStatement) -> int:
    return min(one.start for one in import_statements(tree) if one.block_start == statement.block_start)


def _lines_for(statement: ImportStatement, aliases: Sequence[Alias], newline: str) -> str:
    """A statement reduced to these names."""
    names = [alias for alias in statement.aliases if alias not in aliases]
    compound = statement.whole and not statement.text.lstrip().startswith(("import ", "from "))
    if compound or (not names and not statement.whole):
        return with_newline(statement.text, newline)
    if statement.whole:
        start = "import" if statement.module is None else f"from {statement.module} import"
        return f"{start} {', '.join(alias.text for alias in aliases)}{newline}"
    return with_newline(without_names(statement.text, names), newline)


def _inserted(text: str, tree: str, statement: ImportStatement, lines: str) -> str:
    """The text with new lines beside the import that is their neighbour in the tree."""
    newline = newline_of(text)
    rows = lines_of(text)
    own = import_statements(text)
    places = {_identity(one): one for one in reversed(own)}
    others = [one for one in import_statements(tree) if one.outer_start != statement.outer_start]
    before = [one for one in others if one.outer_start < statement.outer_start and _identity(one) in places]
    behind = [one for one in others if one.outer_start > statement.outer_start and _identity(one) in places]
    gap = _gap(tree, before[-1].end, statement.outer_start) if before else None
    next_gap = _gap(tree, _outer_end(tree, statement), behind[0].outer_start) if behind else None
    if gap is None and next_gap is None:
        among = placed(text, tree, statement.outer_start, lines)
        if among is not None:
            return among
    uses = _uses(tree, statement)
    earliest = max((_outer_end(text, one) for one in own if uses.intersection(one.binds)), default=0)
    if before and (next_gap is None or (gap is not None and gap <= next_gap)):
        row = max(_outer_end(text, places[_identity(before[-1])]), earliest)
        return "".join([*_ended(rows[:row], newline), newline * (gap or 0), lines, *rows[row:]])
    if behind:
        row = max(places[_identity(behind[0])].outer_start, earliest)
        return "".join([*rows[:row], lines, newline * (next_gap or 0), *rows[row:]])
    return _apart(text, lines)


def _identity(statement: ImportStatement) -> tuple[object, ...]:
    """What makes two statements of two versions the same one."""
    if statement.block:
        return ("block", statement.block)
    if statement.whole or statement.module is None:
        return ("names", statement.aliases)
    return ("module", statement.module)


def _outer_end(text: str, statement: ImportStatement) -> int:
    inside = [one.end for one in import_statements(text) if one.outer_start == statement.outer_start]
    return max(inside, default=statement.end)


def _gap(text: str, start: int, end: int) -> int | None:
    """How many blank lines stand between two rows; None where there is anything else."""
    between = lines_of(text)[start:end]
    return len(between) if all(is_blank(line) for line in between) else None


def _ended(rows: list[str], newline: str) -> list[str]:
    if rows and not rows[-1].endswith("\n"):
        return [*rows[:-1], rows[-1] + newline]
    return rows


def _apart(text: str, lines: str) -> str:
    """The text with imports that have no neighbour: behind its first ones, else behind the docstring."""
    newline = newline_of(text)
    rows = lines_of(text)
    features = [one for one in import_statements(text) if one.module == "__future__"]
    others = [one for one in import_statements(text) if one.module != "__future__"]
    if others and not lines.startswith("from __future__"):
        row = _first_run_end(text, others)
        return "".join([*_ended(rows[:row], newline), lines, *rows[row:]])
    row = max((one.end for one in features), default=_preamble(text, rows))
    above, below = _ended(rows[:row], newline), rows[row:]
    while below and is_blank(below[0]):
        del below[0]
    lead = [newline] if above else []
    large = bool(below) and below[0].startswith(("def ", "class ", "async ", "@"))
    gap = newline * (2 if large else 1) if below and not below[0].startswith(("import ", "from ")) else ""
    return "".join([*above, *lead, lines, gap, *below])


def _first_run_end(text: str, statements: Sequence[ImportStatement]) -> int:
    """The row behind the first run of imports, which only blank lines part."""
    end = _outer_end(text, statements[0])
    for one in statements:
        if one.outer_start >= end and _gap(text, end, one.outer_start) is None:
            break
        end = _outer_end(text, one)
    return end


def _preamble(text: str, rows: Sequence[str]) -> int:
    """How many rows the docstring takes with what stands above it, else the first lines and the licence."""
    module = parsed(text)
    first = module.body[0] if module is not None and module.body else None
    if module is not None and first is not None and ast.get_docstring(module, clean=False) is not None:
        return first.end_lineno or first.lineno
    row = 0
    while row < len(rows) and rows[row].startswith("#"):
        row += 1
    if row < len(rows) and not is_blank(rows[row]):
        touching = [line.startswith("#!") or "coding" in line for line in rows[: min(row, 2)]]
        row = sum(touching)
    return row


def _as_written(text: str, tree: str) -> str:
    """The text with its runs of imports as the tree writes them, where they hold the same imports."""
    return rewritten(cut("a.py", text).pieces, cut("a.py", tree).pieces, newline_of(text), _imports)


def _imports(text: str) -> set[tuple[str, Alias]]:
    return {(one.block, alias) for one in import_statements(text) for alias in one.aliases}
