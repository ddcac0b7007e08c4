"""The durable ledger: what a job may become, who claims it, and in which order its events are read."""
