"""The rule catalogue for people: what each rule is, what it is worth, and what another bound would have found."""
