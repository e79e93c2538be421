"""Language models: the client with its deadlines, retries and token ledger; prompts; and a probe of an endpoint."""
