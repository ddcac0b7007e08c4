"""Model folders of every family, of random weights, made without a network: some hundred kilobytes each."""
