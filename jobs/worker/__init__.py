"""The worker: performs claimed jobs under a heartbeat; the watchdog takes back those whose lease was lost."""
