"""What a break-in found, each finding as a test of its whole kind; docs/security-model.md explains them."""
