"""Patchbay's model, rules and store: everything but the terminal."""
