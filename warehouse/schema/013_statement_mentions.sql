-- Each place where a statement stands.
create table statement_mentions (
    mention_id    varchar primary key,
    statement_id  varchar not null,
    story_id      varchar not null,
    revision_id   varchar not null,
    char_start    integer not null check (char_start >= 0),
    char_end      integer not null,
    quote         varchar not null,
    source        varchar,
    rules_version varchar not null,
    check (char_end > char_start)
);
comment on table statement_mentions is 'Each place where a statement stands: the same statement in many stories, or in many revisions of one, has many mentions';
comment on column statement_mentions.mention_id is 'Identifier, derived from revision and offsets';
comment on column statement_mentions.statement_id is 'The statement (statements.statement_id)';
comment on column statement_mentions.story_id is 'The story (stories.story_id)';
comment on column statement_mentions.revision_id is 'The text (story_revisions.revision_id)';
comment on column statement_mentions.char_start is 'First character in the text, counted from 0';
comment on column statement_mentions.char_end is 'Character after the last';
comment on column statement_mentions.quote is 'The words as they stand there: substring(text, char_start + 1, char_end - char_start)';
comment on column statement_mentions.source is 'The words that name the source there, e.g. the sheriff';
comment on column statement_mentions.rules_version is 'Version of the rules that read it';
