"""Child processes and containers under limits: nothing a stranger uploads runs unguarded."""
