-- What was considered and is not yet copied to the ledger.
create table alert_outbox (
    subject_id  varchar primary key
);
comment on table alert_outbox is 'What was considered and is not yet copied to the ledger; empty after every load';
comment on column alert_outbox.subject_id is 'The subject (alert_subjects.subject_id)';
