"""How fast the pipeline is, measured on a generated stream of CDRs; `make bench` runs it."""
