"""Personal data: how long it is kept (`expire`) and how one person's identifiers are made unreadable (`erase`).

Masking of published tables is `pipeline.masking`.
"""
