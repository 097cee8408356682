-- What editors have set right, as it stands in the ledger.
create table corrections (
    correction_id      varchar primary key,
    statement_id       varchar not null,
    stance             stance,
    agency_id          varchar,
    rejected           boolean not null,
    corrected_by       varchar not null,
    why                varchar not null,
    corrected_at       timestamptz not null,
    read_stance        stance,
    read_agency_id     varchar,
    read_quote         varchar,
    read_rules_version varchar
);
comment on table corrections is 'What editors have set right in statements: a copy of the ledger, laid over the statements after every load';
comment on column corrections.correction_id is 'Identifier, derived from the statement, what was set and by whom';
comment on column corrections.statement_id is 'The statement (statements.statement_id), merged ones followed to the one that stays';
comment on column corrections.stance is 'The stance that holds; null where it was not in question';
comment on column corrections.agency_id is 'The agency that holds (agencies.agency_id); null where it was not in question';
comment on column corrections.rejected is 'True where this is no statement of an agency at all';
comment on column corrections.corrected_by is 'Who set it right';
comment on column corrections.why is 'Why, in words';
comment on column corrections.corrected_at is 'When, UTC';
comment on column corrections.read_stance is 'The stance as it stood before';
comment on column corrections.read_agency_id is 'The agency as it stood before';
comment on column corrections.read_quote is 'The words as they stood before';
comment on column corrections.read_rules_version is 'Version of the rules that had read it so';
