#!/bin/sh
# Reads the old and the new password, a line each. The role's password is in the data, and the socket asks for none;
# passwords are letters and digits, so that quotes are enough.
set -eu
read -r _old
read -r new
printf "ALTER ROLE postgres PASSWORD '%s';\n" "$new" | psql -X -q -v ON_ERROR_STOP=1 -U postgres -d postgres
