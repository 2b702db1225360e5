"""Who may: API keys and their scopes, guards on every route, signing in, tickets, the audit."""
