"""A debrief to take along: one printed page, a web page of its own, Markdown and JSON."""
