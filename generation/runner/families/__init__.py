"""Families of diffusers pipelines, a folder each, found by `registry`; nothing else lists them.

| file | what it says |
|---|---|
| `NAME/spec.py` | which pipeline classes it runs, its features, the spec of a folder. No torch |
| `NAME/adapter.py` | how its pipeline is called, how its latents are laid out, how its VAE decodes |

To add a family write these two, and `fixtures/tiny_models/NAME.py` that builds a tiny folder of random
weights: the contract tests (`tests/generation/test_families.py`) find all three by its name. A test asks for
a row in docs/generation.md, too.
"""
