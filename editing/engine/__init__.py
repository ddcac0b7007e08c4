"""Edit document → one filter graph → one encode. A plain library: no framework inside."""
