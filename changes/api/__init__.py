"""The REST door: checks shape, asks the floors below, answers JSON."""
