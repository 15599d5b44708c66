"""Counts and sentences in words, as the screens and the command line both say them; it imports neither."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Give "1 op", "3 ops", "2 patches"."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun}es" if noun.endswith("ch") else f"{number} {noun}s"


def sentence(text: str) -> str:
    """Give a text as a sentence: a capital first, unless a name or a path is, and a full stop last."""
    first = text.partition(" ")[0].rstrip(",:;")
    if first.isalpha() and first.islower():
        text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."
