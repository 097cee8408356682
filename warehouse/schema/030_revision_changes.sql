-- What changed from one text of a story to the next, sentence by sentence.
create table revision_changes (
    story_id              varchar not null,
    revision_id           varchar not null,
    previous_revision_id  varchar not null,
    position              integer not null check (position >= 0),
    subject               varchar not null check (subject in ('text', 'statement')),
    kind                  varchar not null check (kind in ('added', 'removed', 'altered')),
    before                varchar,
    after                 varchar,
    diff                  varchar not null
);
comment on table revision_changes is 'What changed from one text of a story to the next: sentences, and statements of agencies; counters, timestamps and page furniture left out';
comment on column revision_changes.story_id is 'The story (stories.story_id)';
comment on column revision_changes.revision_id is 'The later text (story_revisions.revision_id)';
comment on column revision_changes.previous_revision_id is 'The text before it (story_revisions.revision_id)';
comment on column revision_changes.position is 'Order of the change among those of its subject, from 0';
comment on column revision_changes.subject is 'text: a sentence; statement: the quote of a statement (statement_mentions)';
comment on column revision_changes.kind is 'added, removed or altered';
comment on column revision_changes.before is 'The words before; null where something was added';
comment on column revision_changes.after is 'The words after; null where something was removed';
comment on column revision_changes.diff is 'The change as one line: - removed, + added, ~ altered, with [-old-] and {+new+} words';
