"""Files on disk: the lock, atomic writes, the TinyDB storage and recovery.

This layer handles bytes, JSON tables and digests. What a session or a patch *means* lies above, in
`store.repository`; the package tree built on these files lies in `store.codebase`.
"""
