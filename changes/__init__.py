"""The forward schedule of change, arranged in floors; the README has the map."""
