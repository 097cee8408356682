-- Everything that was ever considered for an alert.
create table alert_subjects (
    subject_id  varchar primary key,
    outcome     varchar not null check (outcome in ('alerted', 'no rule', 'too old')),
    heard_at    timestamptz not null
);
comment on table alert_subjects is 'Everything that was ever considered for an alert, once: what stands here never raises one again';
comment on column alert_subjects.subject_id is 'The statement, statement@revision for an edit of one, or statement#reading for a correction';
comment on column alert_subjects.outcome is 'alerted, no rule (none asked for it) or too old (first captured too long before)';
comment on column alert_subjects.heard_at is 'When it was considered, UTC';
