-- The officials who speak for agencies.
create table speakers (
    speaker_id  varchar primary key,
    agency_id   varchar not null,
    name        varchar not null,
    role        varchar
);
comment on table speakers is 'The officials who speak for agencies, as stories name them';
comment on column speakers.speaker_id is 'Identifier, derived from agency and name';
comment on column speakers.agency_id is 'The agency that they speak for (agencies.agency_id)';
comment on column speakers.name is 'Full name as the latest story gives it';
comment on column speakers.role is 'Title as the latest story prints it';
