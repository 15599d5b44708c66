"""The floor of a save: as many lasting effects and bytes as a real one was seen to have, by plain `os`."""

from __future__ import annotations

import os
import time
from pathlib import Path


class Floor:
    """The effects in `trace`, moved from the store at `root` to the directory `place`."""

    def __init__(self, trace: Path, root: Path, place: Path) -> None:
        self.root, self.place = root, place
        self.steps = [tuple(line.split(" ", 1)) for line in trace.read_text().splitlines()]
        self.targets, self.count, created = list[Path](), 0, 0
        for effect, subject in self.steps:
            created += effect == "create"
            if effect == "replace" and len(self.targets) < created:
                self.targets.append(Path(subject))
            directory = self._moved(subject) if effect == "fsync_directory" else self._moved(subject).parent
            if subject.startswith("/"):
                directory.mkdir(parents=True, exist_ok=True)

    def _moved(self, path: str | Path) -> Path:
        return self.place / Path(path).relative_to(self.root) if Path(path).is_absolute() else self.place

    def _target(self, path: Path) -> Path:
        moved = self._moved(path)
        return moved.with_name(f"{moved.name}-{self.count}") if moved.parent.name == "texts" else moved

    def once(self) -> float:
        """Do them once, with files as long as the store's now are; gives the milliseconds."""
        self.count += 1
        targets = iter([(self._target(path), b"x" * path.stat().st_size) for path in self.targets])
        began = time.perf_counter()
        for effect, subject in self.steps:
            if effect == "create":
                target, data = next(targets)
                part = target.with_name(f"{target.name}.part")
                descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            elif effect == "write":
                os.write(descriptor, data)
            elif effect == "fsync":
                os.fsync(descriptor)
                os.close(descriptor)
            elif effect == "replace":
                part.replace(target)
            elif effect == "unlink":
                self._moved(subject).unlink(missing_ok=True)
            elif effect == "link" and target.exists():
                os.link(target, self._moved(subject))
            elif effect == "fsync_directory":
                directory = os.open(self._moved(subject), os.O_RDONLY)
                os.fsync(directory)
                os.close(directory)
        return (time.perf_counter() - began) * 1_000
