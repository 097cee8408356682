-- What agencies are reported to have said or done about cooperation.
create table statements (
    statement_id        varchar primary key,
    agency_id           varchar,
    agency_candidates   varchar not null,
    speaker_id          varchar,
    speaker             varchar,
    role                varchar,
    kind                statement_kind not null,
    stance              stance not null,
    direct              boolean not null,
    quote               varchar not null,
    claimant            varchar,
    said_at             timestamptz,
    said_at_raw         varchar,
    first_published_at  timestamptz,
    first_captured_at   timestamptz not null,
    mention_count       integer not null check (mention_count >= 1),
    story_count         integer not null check (story_count >= 1),
    cluster_count       integer not null check (cluster_count >= 1),
    confidence          double not null check (confidence between 0 and 1),
    evidence            varchar not null,
    rules_version       varchar not null
);
comment on table statements is 'One row for each thing that an agency is reported to have said or done about cooperation, however many stories carry it';
comment on column statements.statement_id is 'Identifier, kept from first sight; agency, speaker and stance are attributes that better rules may change';
comment on column statements.agency_id is 'Whose statement it is (agencies.agency_id); null where the story leaves it undecided';
comment on column statements.agency_candidates is 'JSON list of the agencies that it may be, where undecided';
comment on column statements.speaker_id is 'Who spoke (speakers.speaker_id)';
comment on column statements.speaker is 'Name of the speaker as printed; null for acts, policies and bodies';
comment on column statements.role is 'Title of the speaker as printed';
comment on column statements.kind is 'speech (the agency''s own words), action, policy, or claim (somebody else says so of the agency)';
comment on column statements.stance is 'cooperates, limits, refuses or unclear; of a claim: what is claimed, not the agency''s own position';
comment on column statements.direct is 'True where the words stand inside quotation marks';
comment on column statements.quote is 'The words, as they stand in the earliest story';
comment on column statements.claimant is 'Who claims it, where kind is claim';
comment on column statements.said_at is 'When it was said or done, UTC; null where no story tells';
comment on column statements.said_at_raw is 'The wording of that time, e.g. Monday';
comment on column statements.first_published_at is 'Earliest publication of a story that carries it';
comment on column statements.first_captured_at is 'Earliest capture of a story that carries it';
comment on column statements.mention_count is 'Places where it stands, over all stories and revisions';
comment on column statements.story_count is 'Stories that carry it';
comment on column statements.cluster_count is 'Distinct reporting that carries it';
comment on column statements.confidence is 'How sure the reading is, 0 to 1';
comment on column statements.evidence is 'Why: a JSON list of rule or model, words and score';
comment on column statements.rules_version is 'Version of the rules that read it';
