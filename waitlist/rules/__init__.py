"""What the operator decides about the line: segments, and the numbers of its rules."""
