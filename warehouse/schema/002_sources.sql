-- Who publishes: outlets and agency newsrooms of the registry, and sites met only in replayed archives.
create table sources (
    source_id    varchar primary key,
    name         varchar not null,
    kind         source_kind not null,
    homepage     varchar,
    state        varchar check (length(state) = 2),
    county_fips  varchar check (length(county_fips) = 5),
    agency_name  varchar,
    language     varchar,
    registered   boolean not null,
    notes        varchar
);
comment on table sources is 'Who publishes: outlets and agency newsrooms of the registry, and sites met only in replayed archives';
comment on column sources.source_id is 'Stable short name, e.g. latimes; the host name for a site that is not in the registry';
comment on column sources.name is 'Name as its readers know it';
comment on column sources.kind is 'outlet, agency (a police or sheriff newsroom), government (e.g. ICE), or wire';
comment on column sources.homepage is 'Address of the home page';
comment on column sources.state is 'State where it publishes, two letters; null for national and federal sources';
comment on column sources.county_fips is 'County where it publishes, five-digit FIPS code';
comment on column sources.agency_name is 'For an agency newsroom: the agency whose own words it publishes';
comment on column sources.language is 'Language of its stories, ISO 639-1';
comment on column sources.registered is 'True where the source stands in the registry (crawler/sources/*.yml)';
comment on column sources.notes is 'Notes of whoever added the source';
