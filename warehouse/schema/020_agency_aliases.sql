-- Other names under which agencies are known.
create table agency_aliases (
    agency_id  varchar not null,
    alias      varchar not null,
    origin     varchar not null,
    primary key (agency_id, alias)
);
comment on table agency_aliases is 'Other names under which agencies are known, one row each';
comment on column agency_aliases.agency_id is 'The agency (agencies.agency_id)';
comment on column agency_aliases.alias is 'The name, e.g. LAPD';
comment on column agency_aliases.origin is 'What vouches for it: register (shipped), story (named in one), fbi, pdap or ice (imported lists)';
