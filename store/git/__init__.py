"""Plumbing: everything that is asked of git, by subprocess. What a merge is lies above, in `codebase`."""
