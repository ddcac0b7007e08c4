"""Model folders of every family, of random weights, made without a network: some hundred kilobytes each.

A module for each family, of its name: `KINDS` are the folders it can `build(path, kind)`.
"""
