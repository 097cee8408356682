-- Which stories carry each statement, published by whom and when?
create or replace view statement_reports as
select distinct
    m.statement_id,
    m.story_id,
    s.cluster_id,
    s.source_id,
    article_day(s.published_at, s.first_captured_at) as day
from statement_mentions as m
join stories as s on s.story_id = m.story_id
order by m.statement_id, day, m.story_id;
comment on view statement_reports is 'The stories that carry each statement, one row for each story';
comment on column statement_reports.statement_id is 'The statement (statements.statement_id)';
comment on column statement_reports.story_id is 'The story (stories.story_id)';
comment on column statement_reports.cluster_id is 'The reporting that the story belongs to (clusters.cluster_id)';
comment on column statement_reports.source_id is 'Who published it (sources.source_id)';
comment on column statement_reports.day is 'Its day of publication, UTC; of first capture where the page tells none';
