-- On which day did each story about our subject appear?
create or replace view story_days as
select
    story_id,
    cluster_id,
    source_id,
    article_day(published_at, first_captured_at) as day
from stories
where relevant
order by day, story_id;
comment on view story_days is 'The day on which each story about our subject appeared';
comment on column story_days.story_id is 'The story (stories.story_id)';
comment on column story_days.cluster_id is 'The reporting that it belongs to (clusters.cluster_id)';
comment on column story_days.source_id is 'Who published it (sources.source_id)';
comment on column story_days.day is 'Day of publication, UTC; of first capture where the page tells none that can be';
