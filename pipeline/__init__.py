"""Roamledger: the billing warehouse for EV roaming."""

__version__ = "0.1.0"
