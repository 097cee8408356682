-- Signed 287(g) memoranda, from ICE's own lists.
create table agreements (
    agreement_id   varchar primary key,
    agency_id      varchar not null,
    model          varchar not null,
    status         varchar not null check (status in ('active', 'ended', 'pending')),
    signed_on      date,
    first_seen_on  date not null,
    last_seen_on   date not null check (last_seen_on >= first_seen_on),
    listed_name    varchar not null,
    list_file      varchar not null,
    rules_version  varchar not null
);
comment on table agreements is 'Signed 287(g) memoranda of agencies with ICE, one row for each agency and model, from ICE''s own lists';
comment on column agreements.agreement_id is 'Identifier, derived from agency and model';
comment on column agreements.agency_id is 'The agency that signed (agencies.agency_id)';
comment on column agreements.model is 'Jail Enforcement Model, Warrant Service Officer or Task Force Model';
comment on column agreements.status is 'active (on the newest list), ended (on an earlier list only) or pending (asked for, not signed)';
comment on column agreements.signed_on is 'Day of signing; null where the list does not tell';
comment on column agreements.first_seen_on is 'Day of the first list that names it';
comment on column agreements.last_seen_on is 'Day of the latest list that names it; of an ended agreement the last day on which it is known to have held';
comment on column agreements.listed_name is 'The agency''s name as the list spells it';
comment on column agreements.list_file is 'Name of the latest list that names it';
comment on column agreements.rules_version is 'Version of the rules that matched the name to the agency';
