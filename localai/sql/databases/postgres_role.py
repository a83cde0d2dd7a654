"""Which PostgreSQL roles no guard can hold, and how to make one that may only read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localai.errors import DatabaseError

if TYPE_CHECKING:
    import psycopg

# What a transaction that only reads lets these do: files and programs of the server
# (https://www.postgresql.org/docs/current/predefined-roles.html), and replication slots.
POWERS = {
    "pg_read_server_files": "may read the server's files",
    "pg_write_server_files": "may write the server's files",
    "pg_execute_server_program": "may run programs on the server",
}
FOUND = """
SELECT rolsuper, rolreplication, array(
    SELECT rolname::text FROM pg_catalog.pg_roles AS power
    WHERE rolname = ANY (%s) AND pg_has_role(own.rolname, power.oid, 'MEMBER') ORDER BY rolname
) FROM pg_catalog.pg_roles AS own WHERE rolname = current_user
"""
ADVICE = """\
Ask as a role that may only read. Made once, by the database's owner, it is:
  CREATE ROLE localai_reader LOGIN PASSWORD '...';
  GRANT pg_read_all_data TO localai_reader;
  ALTER ROLE localai_reader SET default_transaction_read_only = on;
  ALTER ROLE localai_reader SET temp_file_limit = '2GB';
Before PostgreSQL 14, instead of the second line: GRANT SELECT ON ALL TABLES IN SCHEMA public TO \
localai_reader. Or allow this role with --allow-superuser (in Python, allow_superuser=True)."""


def refuse_power(connection: psycopg.Connection[Any]) -> None:
    """Raises DatabaseError where the role may do harm whatever its transaction is set to."""
    row = connection.execute(FOUND, [list(POWERS)]).fetchone()
    if row is None:
        return
    superuser, replication, powers = row
    reasons = ["is a superuser"] if superuser else [POWERS[power] for power in powers]
    if replication and not superuser:
        reasons.append("may use replication slots")
    if reasons:
        raise DatabaseError(
            f"The role {connection.info.user} {' and '.join(reasons)}: no guard holds such a role.",
            hint=ADVICE,
        )
