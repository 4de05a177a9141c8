-- The least that sidewatch needs: it reads statistics and settings, and no table of yours.
--
--   psql -v password="$(cat secrets/sidewatch_password)" -f deploy/roles/postgres.sql
--
-- Safe to run again; run it in each database whose tables, indexes and statements are to be seen.
SELECT format('CREATE ROLE sidewatch LOGIN NOCREATEDB NOCREATEROLE CONNECTION LIMIT 5')
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sidewatch') \gexec
ALTER ROLE sidewatch PASSWORD :'password';
-- Whatever is asked must end soon and change nothing.
ALTER ROLE sidewatch SET statement_timeout = '15s';
ALTER ROLE sidewatch SET default_transaction_read_only = on;
ALTER ROLE sidewatch SET search_path = pg_catalog, public;
GRANT pg_monitor TO sidewatch;
-- Where it is preloaded (shared_preload_libraries), the slowest statements are shown.
SELECT 'CREATE EXTENSION IF NOT EXISTS pg_stat_statements'
 WHERE current_setting('shared_preload_libraries') LIKE '%pg_stat_statements%' \gexec
