-- The two roles of Belfry in PostgreSQL 14 or newer, for its psql. Once, in Belfry's own empty database, as
-- a superuser or as a role that may create roles and databases:
--   OWNER_PASSWORD=… RUNTIME_PASSWORD=… psql --set=ON_ERROR_STOP=1 --dbname=belfry --file=roles.sql
-- belfry_owner owns the schema and migrates it; belfry_runtime reads and writes rows, and can do no more.
\getenv owner_password OWNER_PASSWORD
\getenv runtime_password RUNTIME_PASSWORD

BEGIN;

CREATE ROLE belfry_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE belfry_runtime LOGIN PASSWORD :'runtime_password';

-- Only a member of a role may give it things; a superuser needs none of this.
GRANT belfry_owner TO CURRENT_USER;

-- Nobody else on the server gets in.
REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO belfry_runtime;
ALTER DATABASE :"DBNAME" OWNER TO belfry_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO belfry_owner;
GRANT USAGE ON SCHEMA public TO belfry_runtime;

-- What the owner makes from now on, in whichever schema, the runtime role may use.
ALTER DEFAULT PRIVILEGES FOR ROLE belfry_owner GRANT USAGE ON SCHEMAS TO belfry_runtime;
ALTER DEFAULT PRIVILEGES FOR ROLE belfry_owner
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO belfry_runtime;
ALTER DEFAULT PRIVILEGES FOR ROLE belfry_owner GRANT USAGE ON SEQUENCES TO belfry_runtime;

REVOKE belfry_owner FROM CURRENT_USER;

COMMIT;
