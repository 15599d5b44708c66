"""Source texts: cut into definitions, named, changed, merged; nothing here knows of sessions."""
