"""What staff do: take a post down, put it back, look at what is not theirs; each time audited."""
