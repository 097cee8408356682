-- How did each story change after it was published, and did a statement of an agency change with it?
create or replace view story_changes as
select
    changes.story_id,
    changes.revision_id,
    changes.previous_revision_id,
    stories.title,
    stories.url,
    revised.first_captured_at as seen_at,
    string_agg(changes.diff, chr(10) order by changes.position) filter (where changes.subject = 'text') as diff,
    count(*) filter (where changes.subject = 'text') as sentences_changed,
    count(*) filter (where changes.subject = 'statement') as statements_changed,
    string_agg(changes.diff, chr(10) order by changes.position) filter (where changes.subject = 'statement') as statement_diff
from revision_changes as changes
join stories on stories.story_id = changes.story_id
join story_revisions as revised on revised.revision_id = changes.revision_id
group by
    changes.story_id,
    changes.revision_id,
    changes.previous_revision_id,
    stories.title,
    stories.url,
    revised.first_captured_at
order by seen_at desc, changes.story_id, changes.revision_id;
comment on view story_changes is 'Edited stories, one row for each change of text, with a readable diff; a change of an agency''s statement is counted apart';
comment on column story_changes.story_id is 'The story (stories.story_id)';
comment on column story_changes.revision_id is 'The later text (story_revisions.revision_id)';
comment on column story_changes.previous_revision_id is 'The text before it (story_revisions.revision_id)';
comment on column story_changes.title is 'Headline of the latest text';
comment on column story_changes.url is 'Address of the story';
comment on column story_changes.seen_at is 'When the later text was first captured, UTC';
comment on column story_changes.diff is 'Changed sentences, one a line: - removed, + added, ~ altered with [-old-] and {+new+} words';
comment on column story_changes.sentences_changed is 'Sentences added, removed or altered';
comment on column story_changes.statements_changed is 'Statements of agencies added, removed or altered';
comment on column story_changes.statement_diff is 'Changed statements, one a line, marked likewise';
