"""Landing: every byte a partner sent, kept as received, and its set-based load into schema `raw`."""
