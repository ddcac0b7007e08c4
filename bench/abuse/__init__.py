"""What one person's abuse costs their neighbours: `python -m bench.abuse [NAME …]`."""
