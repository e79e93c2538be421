"""What a run says: figures, expectations, pages, and the comparison of two."""
