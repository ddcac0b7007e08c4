"""Findings of an authorised break-in, each as a test of its whole kind; docs/security-model.md explains them."""
