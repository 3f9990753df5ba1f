"""The form of an RFC: what was typed, its shape, and the content that it makes. Rules are asked elsewhere."""
