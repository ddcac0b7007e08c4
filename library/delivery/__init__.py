"""Files behind signed links that expire."""
