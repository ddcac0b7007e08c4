"""One-tap edits: documents with slots, as data. Each TOML file here is a template of its own name."""
