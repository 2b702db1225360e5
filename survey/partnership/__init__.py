"""Who takes part: partners, directorates, services, sources, coordinators, from one TOML file."""
