"""What leaves and enters the product as text and drawings: no HTTP, no writes."""
