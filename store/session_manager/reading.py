"""Reading: the view of a session, texts and names. Nothing here writes, but for settling."""

from __future__ import annotations

from collections.abc import Iterator, Set
from contextlib import suppress
from functools import cached_property

from store import rules
from store.edits import completed, merged_save
from store.errors import Code, PatchbayError
from store.ground.composition import applied, ground, operation_on
from store.ground.imports import is_import, with_imports
from store.ground.inferred import after_dots, attributes_of, suggested
from store.ground.order import stacks_of
from store.ground.shown import Stacks, shown_text, text_in, tree_of
from store.model import (
    EditorContext,
    Op,
    Patch,
    Role,
    Session,
    SessionState,
    new_name_of,
)
from store.session_manager.judging import JudgingVerbs, damage, remember
from store.session_manager.log import SCHEME
from store.session_manager.transaction import Trial
from store.session_manager.verdicts import KeptVerdicts
from store.source.texts import MODE, decode
from store.source.texts import digest as digest_of
from store.source.tree import Tree
from store.storage.damage import Report
from store.views import (
    TREE_WRITER,
    CodebaseView,
    DefinitionText,
    EditorView,
    PatchView,
    SessionView,
    Suggestion,
)


class ReadingVerbs(JudgingVerbs):
    """What can be asked of a store without changing it."""

    @cached_property
    def _followed_texts(self) -> dict[str, str]:
        """Texts that following a moved codebase gave in memory, which nobody has written yet (R7)."""
        return {}

    @cached_property
    def _kept_verdicts(self) -> dict[str, KeptVerdicts]:
        return {}

    @cached_property
    def _after_dots(self) -> dict[tuple[str | None, str | None], frozenset[str]]:
        return {}

    def _shown(
        self, state: SessionState, editor: EditorContext, tree: Tree, stacks: Stacks | None = None
    ) -> str | None:
        """Give the text an editor shows; None, and a report, where that text is damaged."""
        try:
            return shown_text(state, editor, tree, self.text, stacks)
        except PatchbayError as error:
            what = f"Editor {editor.number} {editor.target} shows nothing."
            path = self.repository.layout.texts
            report = Report(path, damage(error).message, what, "Nothing else is affected.")
            if report not in self.repository.reports:
                self.repository.reports.append(report)
            return None

    def typed_in_by_others(self) -> Set[str]:
        """Give the editors that living screens of other people have open for typing."""
        others = (one for one in self.repository.presence.alive() if one.user != self.user)
        return frozenset(editor for one in others for editor in one.editors)

    def is_anyones(self, editor: EditorContext, others: Set[str] | None = None) -> bool:
        """Whether an editor tells of the working tree only, so that any contributor may drive it (R20).

        `others` is what `typed_in_by_others` gives, where that is known.
        """
        if not editor.found or editor.id in (self.typed_in_by_others() if others is None else others):
            return False
        return self.repository.buffers.read(editor.id) is None or self._is_of_tree(editor)

    def _is_of_tree(self, editor: EditorContext) -> bool:
        """Whether there is a buffer that holds what was found in the working tree."""
        buffer = self.repository.buffers.read(editor.id)
        return buffer is not None and buffer.writer == TREE_WRITER

    def writer_lives(self, writer: str | None) -> bool:
        """Whether the screen that wrote a buffer is still open."""
        pid = (writer or "").partition("-")[0]
        return pid.isdigit() and any(one.pid == int(pid) for one in self.repository.presence.alive())

    def unsaved_in(self, state: SessionState, tree: Tree) -> frozenset[str]:
        """Give the editors with a buffer whose saving would change something."""
        ids = (one for one in self.repository.buffers.ids() if one in state.editors)
        return frozenset(one for one in ids if self._is_unsaved(state, state.editors[one], tree))

    def _is_unsaved(self, state: SessionState, editor: EditorContext, tree: Tree) -> bool:
        """Whether a buffer holds something new; a save that was killed may have saved it already."""
        buffer = self.repository.buffers.read(editor.id)
        if buffer is None:
            return False
        shown = self._shown(state, editor, tree)
        typed = completed(decode(buffer.text), shown)
        if typed == shown:
            return False
        over = buffer.shown or ""
        if shown is None or not rules.is_digest(over) or not self.repository.texts.has(over):
            return True
        return merged_save(self.text(over), typed, shown) != shown

    def view(self, session: str | None = None) -> SessionView:
        """Give a session with everything that follows from it. Slow the first time: verdicts on texts (R6).

        A codebase that has moved is followed in memory (R7). Raises `not-found`, `not-permitted`.
        """
        state, tree, revision = self._snapshot(session)
        unsaved = self.unsaved_in(state, tree)
        return SessionView(
            user=self.user,
            role=state.session.role_of(self.user),
            codebase=self.codebase_view(state.session, revision),
            state=state,
            editors=self._editor_views(state, tree, unsaved),
            patches=self._patch_views(state, tree, revision, unsaved),
            behind=self._behind(state, tree),
            online=tuple(self.repository.presence.alive()),
            reports=tuple(one.message for one in self.repository.reports),
        )

    def codebase_view(self, session: Session | None = None, revision: str | None = None) -> CodebaseView:
        """Say which codebase this is, where it stands, and whether a session has to wait there."""
        branch, waits, elsewhere = None, None, False
        if self.worktree is not None:
            branch = self.branch()
            waits = self.under_way(session)
            away = None if session is None or waits is not None else self.elsewhere(session)
            elsewhere = away is not None
            waits = waits or away or self.under_way(None)
        return CodebaseView(
            self.codebase.kind,
            self.codebase.root,
            revision or self.codebase.revision(),
            branch,
            waits,
            elsewhere,
            tuple(sorted(self.unmerged())),
            () if self.worktree is None else self.worktree.left_alone,
        )

    def _behind(self, state: SessionState, tree: Tree) -> tuple[str, ...]:
        if self.worktree is None or self.elsewhere(state.session) is not None:
            return ()
        from store.session_manager.mirroring import behind

        return behind(self, tree, state)

    def _snapshot(self, session: str | None) -> tuple[SessionState, Tree, str]:
        """Read session and codebase at one moment; a merge that was interrupted is settled first."""
        self.settle_to_read()
        with self.repository.lock.shared():
            session_id = self.session_id(session)
            state = self.repository.load(session_id)
            rules.require_role(state.session, self.user, Role.VIEWER, "read it")
            state, _ = self.following(state, self._remember)
            revision = self.followed(state.session)
            return state, self.tree_for(state.session, revision), revision

    def _editor_views(
        self, state: SessionState, tree: Tree, unsaved: frozenset[str]
    ) -> tuple[EditorView, ...]:
        users: dict[str, list[str]] = {}
        for editor in state.editors.values():
            users.setdefault(editor.target, []).append(editor.user)
        found = []
        stacks = stacks_of(state.patches)
        travelling, others = self._travelling(state, tree), self.typed_in_by_others()
        for editor in sorted(state.editors.values(), key=lambda one: one.number):
            shown = self._shown(state, editor, tree, stacks)
            found.append(
                EditorView(
                    editor=editor,
                    patch=state.patches[editor.patch_id] if editor.patch_id else None,
                    unsaved=editor.id in unsaved,
                    shown_digest=None if shown is None else digest_of(shown),
                    also_open_by=tuple(sorted({one for one in users[editor.target] if one != editor.user})),
                    link=f"{SCHEME}{state.session.id}/{editor.id}",
                    travels=editor.id in travelling and editor.id not in unsaved,
                    anyones=self.is_anyones(editor, others),
                    unmerged=editor.id in unsaved and self._is_of_tree(editor),
                )
            )
        return tuple(found)

    def _travelling(self, state: SessionState, tree: Tree) -> frozenset[str]:
        """Give the editors whose pending imports merges will take along with what needs them."""
        editors = [one for one in state.editors.values() if one.pending and is_import(one.target)]
        if not editors:
            return frozenset()
        supply = self.supply_of(state, tree)
        bare = state.with_editor(*(one.model_copy(update={"pending": ()}) for one in editors))
        derived = with_imports(tree, self.sound_supply(bare, tree), supply)
        return frozenset(one.id for one in editors if _same_file(one.target, derived, supply))

    def _patch_views(
        self, state: SessionState, tree: Tree, revision: str, unsaved: frozenset[str]
    ) -> tuple[PatchView, ...]:
        dependants: dict[str, list[Patch]] = {}
        for patch in state.patches.values():
            for dependency in patch.dependencies:
                if patch.is_open:
                    dependants.setdefault(dependency.patch, []).append(patch)
        suggestions = suggested(state.patches, self._attributes_of)
        emptied = self.emptied(state, tree)
        session = state.session.id
        if session not in self._kept_verdicts:
            self._kept_verdicts[session] = KeptVerdicts(self.repository, session)
        kept = self._kept_verdicts[session]
        views = []
        for patch in state.patches.values():
            found, why = self.problems_of(state, patch, tree, revision, kept), emptied.get(patch.id, "")
            views.append(
                PatchView(
                    patch=patch,
                    blockers=rules.blockers(patch, state.patches, state.editors, unsaved, found, why),
                    waits_for=tuple(
                        state.patches[one.patch]
                        for one in patch.dependencies
                        if patch.is_open and state.patches[one.patch].merged_at is None
                    ),
                    dependants=tuple(dependants.get(patch.id, ())),
                    suggestions=tuple(
                        Suggestion(state.patches[supplier], name)
                        for supplier, name in suggestions.get(patch.id, ())
                    ),
                    emptied=why,
                )
            )
        kept.save(len(state.patches))
        ended = [one for one in views if not one.patch.is_open]
        ended.sort(key=lambda one: one.patch.merged_at or one.patch.abandoned_at or one.patch.created_at)
        return (*(one for one in views if one.patch.is_open), *reversed(ended))

    def _attributes_of(self, op: Op, words: Set[str]) -> Set[str]:
        """See `attributes_of`; what holds none of the words is told by words that are remembered."""
        key = op.base_digest, op.digest
        try:
            if key not in self._after_dots:
                remember(self._after_dots, key, after_dots(op, self.text))
            found = self._after_dots[key]
            return frozenset() if found.isdisjoint(words) else attributes_of(op, words, self.text)
        except PatchbayError as error:
            damage(error)
            return frozenset()

    # Texts and names

    def names(self, prefix: str = "") -> Iterator[str]:
        """Give every definition's name in the codebase, file by file, so that a caller may stop."""
        self.settle_to_read()
        return Tree(self.codebase.files()).names(prefix)

    def show(self, name: str, patch: str | None = None, session: str | None = None) -> DefinitionText:
        """Give a definition's text in the codebase, or as a patch has it. Raises `not-found`."""
        if patch is None:
            self.settle_to_read()
            tree = Tree(self.codebase.files())
            place = tree.resolve(name)
            text = tree.definition(name) or ""
            name = tree.name_of(place)
            return DefinitionText(name, text, digest_of(text), text, tree.line(name) or 1, place.path)
        state, tree, _ = self._snapshot(session)
        found = self.patch_in(state, patch)
        base_tree = ground(tree, state.patches, found.id, self.text)
        seen = applied(base_tree, found.operations, self.text)
        name = seen.one_name(name)
        present = text_in(state.patches, found.id, name, tree, self.text)
        if present is None:
            seen.resolve(name)
        return self._text_of(name, present, base_tree.definition(name), seen)

    def editor_text(self, reference: str, session: str | None = None) -> DefinitionText:
        """Give the saved text an editor shows, without its buffer, and what it is compared with.

        Its line is that of the file in the git working tree where the definition is there; one that its
        patch deletes has the line that it had beneath.
        """
        state, tree, _ = self._snapshot(session)
        editor = self.require_editor(state, reference)
        present = shown_text(state, editor, tree, self.text)
        base = self._base_of(state, editor, tree)
        return self._text_of(editor.target, present, base, self._lived_in(state, editor, tree))

    def _lived_in(self, state: SessionState, editor: EditorContext, tree: Tree) -> Tree:
        """Give the tree in which an editor's definition is: the working tree, its patch's, or the ground."""
        patches, name, there = state.patches, editor.target, tree.laid_out_as
        if there is None or there.find(name) is None:
            there = tree_of(patches, editor.patch_id, name, tree, self.text)
        if editor.patch_id is None or there.find(name) is not None:
            return there
        return ground(tree, patches, editor.patch_id, self.text)

    def _base_of(self, state: SessionState, editor: EditorContext, tree: Tree) -> str | None:
        """Give what an editor's text is compared with: the base of its operation, else what lies beneath."""
        operations = state.patches[editor.patch_id].operations if editor.patch_id else editor.pending
        own = operation_on(operations, editor.target)
        if own is not None:
            return None if own.base_digest is None else self.text(own.base_digest)
        return shown_text(state, editor, tree, self.text)

    @staticmethod
    def _text_of(name: str, text: str | None, base: str | None, seen: Tree) -> DefinitionText:
        place = seen.find(name)
        return DefinitionText(
            name=name,
            text=text or "",
            digest=None if text is None else digest_of(text),
            base=base,
            line=seen.line(name) or 1,
            path="" if place is None else place.path,
        )

    def diff_of(
        self, reference: str, session: str | None = None
    ) -> list[tuple[str, str | None, str | None, str]]:
        """Give a patch's operations as name, text before, text after and kind."""
        state, _, _ = self._snapshot(session)
        text = self.text
        return [
            (
                new_name_of(op) or op.name,
                None if op.base_digest is None else text(op.base_digest),
                None if op.digest is None else text(op.digest),
                op.kind,
            )
            for op in self.patch_in(state, reference).operations
        ]

    def lines_of(self, reference: str, session: str | None = None) -> dict[str, int]:
        """Give the lines of their files that a patch's definitions begin on, where a tree has them.

        An open one's are as `editor_text` gives them, a merged one's those of its revision; a deleted
        definition's are those it had beneath.
        """
        state, tree, _ = self._snapshot(session)
        patch = self.patch_in(state, reference)
        trees = [] if patch.revision or tree.laid_out_as is None else [tree.laid_out_as]
        if patch.revision is None:
            under = ground(tree, state.patches, patch.id, self.text)
            trees += [applied(under, patch.operations, self.text), under]
        else:
            with suppress(PatchbayError):
                under, over, _ = self._around(patch.revision)
                trees += [over, under]
        names = [new_name_of(op) or op.name for op in patch.operations]
        found = ((name, next(filter(None, (tree.line(name) for tree in trees)), None)) for name in names)
        return {name: line for name, line in found if line is not None}

    def unified_diff_of(self, reference: str, session: str | None = None) -> bytes:
        """Give what a patch changes in files, as a diff that `git apply` takes.

        An open one's is over its ground, with the imports that it takes along; a merged one's is what its
        revision changed. Raises `not-found` where that revision is gone.
        """
        from store.source.unified import unified_diff

        state, tree, _ = self._snapshot(session)
        patch = self.patch_in(state, reference)
        if patch.revision is None:
            under, over = self.composed(state, patch, tree)
            paths = {*under.changed, *over.changed}
        else:
            under, over, paths = self._around(patch.revision)
        object_format = "sha1" if self.worktree is None else self.worktree.repository.object_format
        files = {path.removesuffix(MODE) for path in paths}
        return unified_diff(
            {
                path: (under.text_if_there(path), over.text_if_there(path))
                for file in files
                for path in (file, file + MODE)
            },
            object_format,
        )

    def _around(self, revision: str) -> tuple[Tree, Tree, set[str]]:
        """Give the codebase before and after the revision of a merge, and the paths that it changed."""
        made = self.codebase.describe(revision)
        assert made.parent is not None, "a merge rests on a revision"
        return Tree(self.codebase.files(made.parent)), Tree(self.codebase.files(revision)), set(made.changes)

    def text(self, digest: str) -> str:
        """Give any text that was ever saved, by its digest. Raises `not-found`, `store-damaged`."""
        if not rules.is_digest(digest):
            raise PatchbayError(
                Code.NOT_FOUND, f"{rules.quoted(digest)} is no digest of a text: see the log."
            )
        found = self._followed_texts.get(digest)
        return self.repository.text(digest) if found is None else found

    def trial(self, verb: str, state: SessionState, tree: Tree | None = None) -> Trial:
        """Begin what ends with nothing on a state, over its codebase or another one."""
        return Trial(
            self.repository,
            lambda: self.tree_for(state.session, self.followed(state.session)) if tree is None else tree,
            self.user,
            self.clock(),
            state,
            verb,
            self.new_id("trial"),
            known=self.text,
            remember=self._remember,
        )

    def _remember(self, text: str) -> None:
        self._followed_texts[digest_of(text)] = text


def _same_file(name: str, one: Tree, other: Tree) -> bool:
    """Whether a definition's file has the same text in two trees."""
    place = other.find(name) or one.find(name)
    return place is None or (one.exists(place.path) and one.text(place.path) == other.text(place.path))
