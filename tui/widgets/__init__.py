"""Pieces of screen that draw lines somebody else has made and say what was typed."""
