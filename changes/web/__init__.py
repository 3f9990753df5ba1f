"""The pages: a request goes straight down from here and comes back as HTML."""
