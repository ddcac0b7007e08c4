"""One edit of one clip in one call: trim, reframe, upscale."""
