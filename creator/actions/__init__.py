"""What people ask of the creator room."""
