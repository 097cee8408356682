-- Which statements in the stories $stories were altered or removed after publication, or added with that text?
-- An edit counts only where the words before it are gone from a text that is whole: a better reading is no edit.
with changed as (
    select
        changes.story_id,
        changes.revision_id,
        changes.previous_revision_id,
        changes.position,
        changes.kind,
        changes.before,
        changes.after,
        revised.first_captured_at as captured_at,
        greatest(length(original.text), 1) as original_length,
        greatest(length(revised.text), 1) as revised_length
    from revision_changes as changes
    join story_revisions as revised on revised.revision_id = changes.revision_id
    join story_revisions as original on original.revision_id = changes.previous_revision_id
    where changes.subject = 'statement'
        and changes.story_id in (select unnest($stories))
        and (
            changes.kind = 'added'
            or (
                not contains(
                    regexp_replace(lower(revised.text), '[^a-z0-9]+', ' ', 'g'),
                    trim(regexp_replace(lower(changes.before), '[^a-z0-9]+', ' ', 'g'))
                )
                and (revised.access_hint is null or original.access_hint is not null)
                and revised.word_count * 2 >= original.word_count
            )
        )
)
select
    changed.story_id,
    changed.revision_id,
    changed.kind,
    changed.before,
    changed.after,
    changed.captured_at,
    earlier.statement_id as before_id,
    later.statement_id as after_id,
    coalesce(earlier.agency_id, later.agency_id) as agency_id,
    coalesce(earlier.speaker, later.speaker) as speaker,
    coalesce(earlier.direct, later.direct) as direct,
    coalesce(earlier.stance, later.stance, 'unclear') <> 'unclear' as takes_position,
    coalesce(earlier.char_start / changed.original_length, later.char_start / changed.revised_length) as place
from changed
left join statement_mentions as earlier on earlier.revision_id = changed.previous_revision_id
    and earlier.quote = changed.before
left join statement_mentions as later on later.revision_id = changed.revision_id
    and later.quote = changed.after
where coalesce(earlier.statement_id, later.statement_id) is not null
qualify row_number() over (
    partition by changed.story_id, changed.revision_id, changed.position
    order by earlier.char_start, later.char_start
) = 1
order by changed.captured_at, changed.story_id, changed.revision_id, changed.position;
