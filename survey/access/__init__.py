"""Who may: API keys and their scopes, guards on every route, tickets for pages, the audit."""
