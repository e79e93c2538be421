"""For authors: whether a scenario makes sense beyond its shape, and a new one to begin with."""

from .sense import Report, check_text
from .template import Beginning, new_scenario, write_new

__all__ = ["Beginning", "Report", "check_text", "new_scenario", "write_new"]
