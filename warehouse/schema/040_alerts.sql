-- Alerts raised: one row for each statement, or edit of a known one, that a rule asked for.
create table alerts (
    alert_id      varchar primary key,
    subject_id    varchar not null unique,
    statement_id  varchar not null,
    story_id      varchar not null,
    agency_id     varchar,
    stance        stance not null,
    rules         varchar[] not null,
    channels      varchar[] not null,
    late          boolean not null,
    edit          varchar check (edit in ('altered', 'removed')),
    published_at  timestamptz,
    captured_at   timestamptz not null,
    raised_at     timestamptz not null,
    place         integer not null,
    record        varchar not null
);
comment on table alerts is 'Alerts raised: one row for each statement, or edit of a known one, that a rule asked for, as it was read at that moment';
comment on column alerts.alert_id is 'Identifier, derived from the subject';
comment on column alerts.subject_id is 'What it is about: the statement, statement@revision for an edit of one that was heard before, or statement#reading for a correction that a rule asked for';
comment on column alerts.statement_id is 'The statement (statements.statement_id)';
comment on column alerts.story_id is 'The story in which it was heard first (stories.story_id)';
comment on column alerts.agency_id is 'The agency as read then (agencies.agency_id)';
comment on column alerts.stance is 'The stance as read then';
comment on column alerts.rules is 'Names of the rules that it fell under';
comment on column alerts.channels is 'Names of the channels that it goes to';
comment on column alerts.late is 'True where the statement had stood there for more than two days when it was found';
comment on column alerts.edit is 'altered or removed where a story was changed under the statement after publication';
comment on column alerts.published_at is 'When the story was published, UTC';
comment on column alerts.captured_at is 'When the statement, or the edit, was first captured, UTC';
comment on column alerts.raised_at is 'When the alert was raised, UTC';
comment on column alerts.place is 'Order among those raised at one time: by story, then as in its text';
comment on column alerts.record is 'The whole alert as JSON: facts, rules with reasons, channels with times';
