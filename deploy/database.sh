#!/bin/sh
# Run once by the database's container, before anybody can reach it: the service's own login, which
# is no superuser, the role it takes for narrowed callers, so that the database keeps partners apart
# (docs/operating.md), and its database.
set -e
psql --username postgres --set ON_ERROR_STOP=1 --set password="$POSTGRES_PASSWORD" <<'SQL'
CREATE ROLE survey LOGIN PASSWORD :'password';
CREATE ROLE survey_narrowed;
GRANT survey_narrowed TO survey WITH INHERIT FALSE;
CREATE DATABASE survey OWNER survey;
SQL
