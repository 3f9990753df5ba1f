"""The REST views, a file per room."""
