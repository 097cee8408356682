-- Each place where a statement stands, and what was read there.
create table statement_mentions (
    mention_id         varchar primary key,
    statement_id       varchar not null,
    story_id           varchar not null,
    revision_id        varchar not null,
    char_start         integer not null check (char_start >= 0),
    char_end           integer not null,
    quote              varchar not null,
    source             varchar,
    agency_id          varchar,
    agency_candidates  varchar,
    speaker            varchar,
    role               varchar,
    kind               statement_kind,
    stance             stance,
    direct             boolean,
    claimant           varchar,
    said_at            timestamptz,
    said_at_raw        varchar,
    confidence         double check (confidence between 0 and 1),
    evidence           varchar,
    rules_version      varchar not null,
    check (char_end > char_start)
);
comment on table statement_mentions is 'Each place where a statement stands, and what was read there: the same statement in many stories, or in many revisions of one, has many mentions';
comment on column statement_mentions.mention_id is 'Identifier, derived from the revision and the mention''s number in it';
comment on column statement_mentions.statement_id is 'The statement (statements.statement_id)';
comment on column statement_mentions.story_id is 'The story (stories.story_id)';
comment on column statement_mentions.revision_id is 'The text (story_revisions.revision_id)';
comment on column statement_mentions.char_start is 'First character in the text, counted from 0';
comment on column statement_mentions.char_end is 'Character after the last';
comment on column statement_mentions.quote is 'The words as they stand there: substring(text, char_start + 1, char_end - char_start)';
comment on column statement_mentions.source is 'The words that name the source there, e.g. the sheriff';
comment on column statement_mentions.agency_id is 'Whose statement it is, as read there (agencies.agency_id); null where that story leaves it undecided';
comment on column statement_mentions.agency_candidates is 'JSON list of the agencies that it may be, where undecided there';
comment on column statement_mentions.speaker is 'Name of the speaker as that story gives it';
comment on column statement_mentions.role is 'Title of the speaker as that story prints it';
comment on column statement_mentions.kind is 'speech, action, policy or claim, as read there';
comment on column statement_mentions.stance is 'cooperates, limits, refuses or unclear, as read there';
comment on column statement_mentions.direct is 'True where the words stand inside quotation marks there';
comment on column statement_mentions.claimant is 'Who claims it, where kind is claim';
comment on column statement_mentions.said_at is 'When it was said or done, UTC, as that story tells';
comment on column statement_mentions.said_at_raw is 'The wording of that time there';
comment on column statement_mentions.confidence is 'How sure the reading is, 0 to 1';
comment on column statement_mentions.evidence is 'Why: a JSON list of rule or model, words and score';
comment on column statement_mentions.rules_version is 'Version of the rules that read it';
