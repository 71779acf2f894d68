"""Pricing what somebody holds in hand, outside any night, by the very models of the night."""
