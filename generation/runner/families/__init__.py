"""A folder for each family of diffusers pipelines: `spec` reads a model folder's JSON, `adapter` runs it.

`registry` finds the spec and `loading` the adapter. A web process may import `registry` and every `spec`.
"""
