"""English text, whoever speaks it: word classes, sentences, stems, names and numbers."""
