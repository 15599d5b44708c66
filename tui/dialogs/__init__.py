"""Modal questions: each shows what it asks about, its choices, and its keys at the bottom."""
