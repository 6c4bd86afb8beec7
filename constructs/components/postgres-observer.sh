#!/bin/sh
# Makes the role NEW_NAME with the password NEW_PASSWORD, which reads statistics of all databases, and no data;
# a rotated password reaches a role that exists. psql takes the values as in postgres-database.sh.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 <<'SQL'
\getenv name NEW_NAME
\getenv password NEW_PASSWORD
-- The lock of the steps that make databases: they change the same rows of the catalogue.
SET lock_timeout = '60s';
SELECT pg_advisory_lock(hashtext('datalab database')) \g /dev/null
SELECT format('CREATE ROLE %I LOGIN', :'name')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
ALTER ROLE :"name" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT 5 PASSWORD :'password';
ALTER ROLE :"name" SET default_transaction_read_only = on;
GRANT pg_monitor TO :"name";
GRANT CONNECT ON DATABASE postgres TO :"name";
SQL
