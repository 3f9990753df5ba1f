"""Shapes of what comes in and goes out; no rule lives here."""
