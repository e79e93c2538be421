"""Reports on a run: figures, expectations, pages, and comparing two runs."""
