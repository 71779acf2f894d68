"""The exception desk: what people must decide, what they may do about it, and what a partner is told."""
