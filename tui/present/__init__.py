"""Model to screen content: the one place that styles text (§9). Pure functions of values; no widgets."""
