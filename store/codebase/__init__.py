"""Codebases: trees of source files with revisions, behind one small protocol.

Everything about definitions lies above, in `store.source` and `store.ground`.
"""
