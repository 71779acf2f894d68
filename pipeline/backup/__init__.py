"""Copies of what nothing can make again: landing, ledger and configuration; and the way back.

`target` is the folder of a backup and what lies in it, `source` what is copied and at which moment, `take` copies,
`check` and `restore` read. Secrets are never part of it.
"""
