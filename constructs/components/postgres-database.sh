#!/bin/sh
# Makes the database NEW_NAME and the role of that name, which owns it, with the password NEW_PASSWORD; a rotated
# password reaches a role that exists. SQL takes the values from psql's variables, so that nothing has to be quoted by
# hand; psql reads them from its environment, because an argument would show in the list of processes.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 <<'SQL'
\getenv name NEW_NAME
\getenv password NEW_PASSWORD
-- Steps of several consumers change the same rows of the catalogue, which PostgreSQL refuses when it meets.
SET lock_timeout = '60s';
SELECT pg_advisory_lock(hashtext('datalab database')) \g /dev/null
SELECT format('CREATE ROLE %I LOGIN', :'name')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
ALTER ROLE :"name" LOGIN PASSWORD :'password';
GRANT :"name" TO CURRENT_USER;
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'name')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \gexec
-- Everybody may connect to a new database, and to those that the server brought along. The administrator of a
-- managed server does not own all of them.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', datname) FROM pg_database
WHERE datname IN (:'name', 'postgres', 'template1') AND pg_has_role(datdba, 'USAGE') \gexec
SQL
