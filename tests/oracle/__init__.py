"""An independent oracle: prices one OCPI CDR at a time in plain `Decimal`, written from the OCPI text."""
