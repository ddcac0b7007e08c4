"""People: how they sign in, what identifies them, how often they may ask."""
