-- The texts of these stories that have several, in order of first capture, with the quotes of their statements. A text
-- that is cut off is compared with nothing once a whole one is known: what it lacks was not taken out.
with texts as (
    select
        story_id,
        revision_id,
        text,
        first_captured_at,
        access_hint is distinct from 'truncated' as is_whole
    from story_revisions
    where story_id in (select unnest($stories))
    qualify is_whole or not bool_or(is_whole) over (partition by story_id)
),
several as (
    select story_id
    from texts
    group by story_id
    having count(*) > 1
)
select
    texts.story_id,
    texts.revision_id,
    texts.text,
    list(statement_mentions.quote order by statement_mentions.char_start)
        filter (where statement_mentions.quote is not null) as quotes
from texts
join several on several.story_id = texts.story_id
left join statement_mentions on statement_mentions.revision_id = texts.revision_id
group by
    texts.story_id,
    texts.revision_id,
    texts.text,
    texts.first_captured_at
order by texts.story_id, texts.first_captured_at, texts.revision_id
