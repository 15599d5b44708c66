"""The speed figures of Patchbay, each beside a peer or a floor measured in the same run.

`python -m tests.benchmarks` prints the table; nothing here is collected or asserted by the tests.
"""
