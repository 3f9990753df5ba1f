"""Reads shaped for a screen: no HTTP, no writes."""
