"""Units that people coded, and the training of the reader's encoder and heads on them."""
