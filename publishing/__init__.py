"""Clip → post → feed; `packaging` labels, segments and signs."""
