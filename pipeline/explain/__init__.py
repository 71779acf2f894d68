"""Explains how the price of one CDR comes about, recomputed on demand from the pricing models."""
