"""The user's verbs, one module each; `pipeline.cli` ties them together."""
