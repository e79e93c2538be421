"""For authors: checks beyond the schema, and a template for new scenarios."""

from .convert import convert_scenario
from .sense import Report, check_files
from .template import Beginning, new_folder, new_scenario, write_new

__all__ = ["Beginning", "Report", "check_files", "convert_scenario", "new_folder", "new_scenario", "write_new"]
