-- Law-enforcement bodies with stable ids.
create table agencies (
    agency_id    varchar primary key,
    name         varchar not null,
    kind         agency_kind not null,
    state        varchar check (length(state) = 2),
    county_fips  varchar check (length(county_fips) = 5),
    ori          varchar,
    homepage     varchar,
    origin       varchar not null
);
comment on table agencies is 'Law-enforcement bodies with stable ids. Federal bodies are kept apart by kind: they make no local statement';
comment on column agencies.agency_id is 'Stable readable identifier, e.g. us-ca-los-angeles-police';
comment on column agencies.name is 'Standard full name';
comment on column agencies.kind is 'police, sheriff, state police, corrections, prosecutor, federal or other';
comment on column agencies.state is 'State, two letters; null for federal bodies';
comment on column agencies.county_fips is 'County, five-digit FIPS code';
comment on column agencies.ori is 'Originating Agency Identifier of the FBI, where known';
comment on column agencies.homepage is 'Address of its home page, where known';
comment on column agencies.origin is 'What vouches for it: register (shipped), story (named in one), fbi, pdap or ice (imported lists)';
