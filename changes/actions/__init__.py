"""Every write: one verb each, in a transaction, with its lock and its event. Nothing else writes."""
