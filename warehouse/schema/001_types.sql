-- Enumerations used by the tables.
create type source_kind as enum ('outlet', 'agency', 'government', 'wire');
create type endpoint_kind as enum ('feed', 'sitemap', 'listing');
create type fetch_outcome as enum ('captured', 'unchanged', 'redirected', 'robots', 'error', 'skipped');
create type reading as enum ('story', 'off topic', 'unreadable', 'endpoint', 'not a page', 'unchanged');
create type agency_kind as enum ('police', 'sheriff', 'state police', 'corrections', 'prosecutor', 'federal', 'other');
create type stance as enum ('cooperates', 'limits', 'refuses', 'unclear');
create type statement_kind as enum ('speech', 'action', 'policy', 'claim');
