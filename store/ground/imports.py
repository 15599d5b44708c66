"""Pure: imports travel with the definitions that need them, whatever patch or editor holds them (§4)."""

from __future__ import annotations

from collections import Counter

from store.ground.containers import FILE
from store.model import Op, SessionState, affected_names
from store.source import walked_needs
from store.source.import_lists import without_names
from store.source.import_statements import ImportStatement, import_statements
from store.source.imports import derived_imports
from store.source.keys import last_part
from store.source.languages import Language, walked_language
from store.source.partition import cut
from store.source.texts import lines_of
from store.source.tree import Tree
from store.source.verdict import check

_CUT = (".py", ".pyi")


def is_import(name: str) -> bool:
    """Whether the name is that of a run of import statements."""
    return last_part(name).startswith("<import>")


def with_imports(under: Tree, over: Tree, supply: Tree) -> Tree:
    """Give `over` with the imports that its definitions need, taken from the same file of `supply`.

    `under` is what `over` changes. Nothing else differs; files that do not parse stay as they are.
    """
    derived = {}
    for path, text in over.changed.items():
        if text is None or not supply.exists(path) or over.is_link(path):
            continue
        fitting = _derived(path, under.text_if_there(path), text, supply)
        if fitting != text:
            derived[path] = cut(path, fitting, over.partition(path))
    return over.with_partitions(derived) if derived else over


def _derived(path: str, head: str | None, text: str, supply: Tree) -> str:
    if path.endswith(_CUT):
        return derived_imports(head, text, supply.text(path))
    language = walked_language(path)
    return text if language is None else walked_needs.derived(language, head, text, supply.text(path))


def travelling(bare: Tree, over: Tree) -> tuple[str, ...]:
    """Give what `with_imports` made `over` of `bare` with, file by file: lines, or what is imported more."""
    found: list[str] = []
    for path, text in over.changed.items():
        before = bare.text_if_there(path)
        language = walked_language(path)
        if text is None or text == before:
            continue
        if language is not None:
            found += sorted(one.origin for one in walked_needs.added(language, before or "", text))
        else:
            found += Counter(lines_of(text)) - Counter(lines_of(before or ""))
    return tuple(line.strip() for line in found if line.strip())


def merged_imports(name: str, base: str, ours: str, theirs: str) -> str | None:
    """Merge two changes of the run of imports of this name: ours, with what only theirs has added.

    So imports that travelled with another patch's definitions, which are in both, are no conflict. None where
    the lines do not make sense in that order, as in a list over several lines that both changed.
    """
    language = _language(name)
    if language is not None:
        return walked_needs.joined(language, base, ours, theirs)
    added = _added(base, ours, theirs)
    text = ours if not added or ours.endswith("\n") else ours + "\n"
    merged = text + "".join(added)
    return merged if check("imports.py", merged).parses else None


def adds_imports(name: str, base: str, theirs: str) -> bool:
    """Whether a change of the run of imports of this name adds any, rather than only taking some away."""
    language = _language(name)
    return bool(_added(base, "", theirs) if language is None else walked_needs.added(language, base, theirs))


def _language(name: str) -> Language | None:
    return walked_language(name.rpartition(":")[0])


def _added(base: str, ours: str, theirs: str) -> list[str]:
    """Give the lines of one version that neither other has; of an import the names that they do not."""
    known = {*lines_of(base), *lines_of(ours)}
    names = {alias for text in (base, ours) for one in _plain_imports(text) for alias in one.aliases}
    found = []
    rows: set[int] = set()
    for one in _plain_imports(theirs):
        rows.update(range(one.start, one.end))
        old = [alias for alias in one.aliases if alias in names]
        if len(old) < len(one.aliases):
            found.append((one.start, without_names(one.text, old) if old else one.text))
    lines = enumerate(lines_of(theirs))
    found += ((row, line) for row, line in lines if row not in rows and line not in known)
    return [text for _, text in sorted(found)]


def _plain_imports(text: str) -> list[ImportStatement]:
    return [one for one in import_statements(text) if not one.block and not one.whole]


def offered_imports(state: SessionState) -> tuple[Op, ...]:
    """Give the session's operations that change imports, or whole files with theirs: what can be supplied."""
    return tuple(
        op
        for op in state.operations()
        if any(is_import(one) or one.endswith(FILE) for one in affected_names(op))
    )
