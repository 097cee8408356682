-- The texts of these stories that have several, in order of first capture, with the quotes of their statements.
select
    story_revisions.story_id,
    story_revisions.revision_id,
    story_revisions.text,
    list(statement_mentions.quote order by statement_mentions.char_start)
        filter (where statement_mentions.quote is not null) as quotes
from story_revisions
left join statement_mentions on statement_mentions.revision_id = story_revisions.revision_id
where story_revisions.story_id in (
    select story_id
    from story_revisions
    where story_id in (select unnest($stories))
    group by story_id
    having count(*) > 1
)
group by
    story_revisions.story_id,
    story_revisions.revision_id,
    story_revisions.text,
    story_revisions.first_captured_at
order by story_revisions.story_id, story_revisions.first_captured_at, story_revisions.revision_id
