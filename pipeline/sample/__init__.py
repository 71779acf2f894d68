"""The sample: a seeded generator of three nights of OCPI pulls on real Dutch locations and tariffs."""
