"""Texts being typed for the places of a conflict, kept like buffers until it is settled (R13, §5)."""

from __future__ import annotations

from collections.abc import Mapping

from store.model import PatchId
from store.session_manager.reading import ReadingVerbs
from store.source.texts import decode, digest, encode


class PlaceTextVerbs(ReadingVerbs):
    """The verbs on what the user types for the places of a conflict, by the place's row from 0.

    Each screen has files of its own, so that two of them never write over each other.
    """

    def type_places(
        self, patch: PatchId, name: str, texts: Mapping[int, str], writer: str, session: str | None = None
    ) -> None:
        """Keep what a screen has for a patch's conflict in a definition, in place of what it had before.

        Raises `not-found`, `store-full`, `store-locked`.
        """
        with self.repository.lock.exclusive():
            self._keep_places(self._prefix(patch, name, session), texts, writer)

    def take_places(
        self, patch: PatchId, name: str, writer: str, session: str | None = None
    ) -> dict[int, str]:
        """Give what the user typed in this screen, and what is left of screens that have ended: it is
        this one's now. Texts for the same place stand one below the other. Raises as `type_places` does.
        """
        prefix, buffers = self._prefix(patch, name, session), self.repository.buffers
        found: dict[int, str] = {}
        with self.repository.lock.exclusive():
            left = []
            for one in (one for one in buffers.ids() if one.startswith(prefix)):
                buffer, row = buffers.read(one), int(one.rpartition("-")[2])
                if buffer is None or (buffer.writer != writer and self.writer_lives(buffer.writer)):
                    continue
                found[row] = "\n".join((*((found[row],) if row in found else ()), decode(buffer.text)))
                left += [] if buffer.writer == writer else [one]
            if left:
                self._keep_places(prefix, found, writer)
            for one in left:
                buffers.remove(one)
        return found

    def _keep_places(self, prefix: str, texts: Mapping[int, str], writer: str) -> None:
        mine, buffers = f"{prefix}{digest(writer)[:8]}-", self.repository.buffers
        for row, text in texts.items():
            buffers.write(f"{mine}{row}", encode(text), "", writer, self.clock())
        for one in (one for one in buffers.ids() if one.startswith(mine)):
            if int(one.removeprefix(mine)) not in texts:
                buffers.remove(one)

    def _prefix(self, patch: PatchId, name: str, session: str | None) -> str:
        whose = "\0".join((self.session_id(session), self.user, patch, name))
        return f"place-{digest(whose)[:32]}-"
