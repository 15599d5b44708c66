"""Pure: what a patch sees. Stacks and order, composed trees, and following a ground that changed (R7)."""
