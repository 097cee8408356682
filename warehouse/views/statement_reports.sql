-- Which stories carry each statement, published by whom and when, and which had it first?
-- The earliest is told as that of a cluster is: by when it came out, then by capture.
create or replace view statement_reports as
with carried as (
    select
        m.statement_id,
        m.story_id,
        s.cluster_id,
        s.source_id,
        article_day(s.published_at, s.first_captured_at) as day,
        came_out_at(s.published_at, s.published_at_raw, s.first_captured_at) as came_out_at,
        s.first_captured_at,
        coalesce(
            max(m.revision_id) filter (where m.revision_id = s.revision_id),
            arg_max(m.revision_id, r.first_captured_at)
        ) as revision_id,
        bool_or(m.revision_id = s.revision_id) as in_latest_text
    from statement_mentions as m
    join stories as s on s.story_id = m.story_id
    left join story_revisions as r on r.revision_id = m.revision_id
    group by all
)
select
    statement_id,
    story_id,
    cluster_id,
    source_id,
    day,
    came_out_at,
    row_number() over (partition by statement_id order by came_out_at, first_captured_at, story_id) = 1 as earliest,
    revision_id,
    in_latest_text
from carried
order by statement_id, came_out_at, story_id;
comment on view statement_reports is 'The stories that carry each statement, one row for each story';
comment on column statement_reports.statement_id is 'The statement (statements.statement_id)';
comment on column statement_reports.story_id is 'The story (stories.story_id)';
comment on column statement_reports.cluster_id is 'The reporting that the story belongs to (clusters.cluster_id)';
comment on column statement_reports.source_id is 'Who published it (sources.source_id)';
comment on column statement_reports.day is 'Its day of publication, UTC; of first capture where the page tells none';
comment on column statement_reports.came_out_at is 'When it came out, UTC: publication, first capture where the page tells none; where it tells a day without an hour, the end of that day or the first capture, whichever is earlier';
comment on column statement_reports.earliest is 'True for the one story that had it first: by came_out_at, then by first capture, as the lead of a cluster';
comment on column statement_reports.revision_id is 'The text of that story in which it stands: the latest that has it (story_revisions.revision_id)';
comment on column statement_reports.in_latest_text is 'False where the latest text of that story no longer has it: withdrawn or altered there';
