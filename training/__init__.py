"""How the built-in model was made: the drawn world, its captions, the codec, the training and its proofs."""
