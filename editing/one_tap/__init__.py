"""One edit in one tap: trim, reframe, upscale."""
