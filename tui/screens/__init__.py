"""Whole screens: the session and the definition editor."""
