"""Language models: the client with its deadline, retries and ledger of tokens; the prompts; a probe of an endpoint."""
