"""What stands before every view: how much of a request is read, how often, and what it is refused with."""
