-- How far and how fast did each piece of reporting spread?
create or replace view syndication as
with placed as (
    select
        cluster_members.cluster_id,
        stories.story_id,
        stories.source_id,
        sources.state,
        came_out_at(stories.published_at, stories.published_at_raw, stories.first_captured_at) as out_at
    from cluster_members
    join stories on stories.story_id = cluster_members.story_id
    join sources on sources.source_id = stories.source_id
),
services as (
    select cluster_members.cluster_id, string_agg(distinct marks.service, ', ' order by marks.service) as services
    from syndication_marks as marks
    join cluster_members on cluster_members.story_id = marks.story_id
    group by cluster_members.cluster_id
)
select
    clusters.cluster_id,
    clusters.lead_story_id,
    lead_stories.title as lead_title,
    lead_stories.source_id as lead_source_id,
    count(*) as stories,
    count(distinct placed.source_id) as outlets,
    count(distinct placed.state) as states,
    any_value(services.services) as services,
    min(placed.out_at) as first_out_at,
    date_diff('minute', min(placed.out_at), max(placed.out_at)) as spread_minutes,
    median(date_diff('minute', lead_stories_out.out_at, placed.out_at))
        filter (where placed.story_id <> clusters.lead_story_id) as median_delay_minutes
from clusters
join placed on placed.cluster_id = clusters.cluster_id
join placed as lead_stories_out on lead_stories_out.story_id = clusters.lead_story_id
join stories as lead_stories on lead_stories.story_id = clusters.lead_story_id
left join services on services.cluster_id = clusters.cluster_id
where clusters.story_count > 1
group by clusters.cluster_id, clusters.lead_story_id, lead_stories.title, lead_stories.source_id
order by stories desc, clusters.cluster_id;
comment on view syndication is 'Reporting that more than one story carries: its reach in outlets and states, and how long copies took';
comment on column syndication.cluster_id is 'The cluster (clusters.cluster_id)';
comment on column syndication.lead_story_id is 'Its earliest story (stories.story_id)';
comment on column syndication.lead_title is 'Headline of that story';
comment on column syndication.lead_source_id is 'Who published that story (sources.source_id)';
comment on column syndication.stories is 'Stories in the cluster, the lead included';
comment on column syndication.outlets is 'Distinct publishers';
comment on column syndication.states is 'Distinct states of publishers; national ones count for none';
comment on column syndication.services is 'Wire services named in bylines, datelines or closing lines';
comment on column syndication.first_out_at is 'When the lead came out, UTC: its publication, else its first capture; a date without an hour counts as the end of that day or the first capture, whichever is earlier';
comment on column syndication.spread_minutes is 'Minutes from the lead to the last copy; exact only as far as pages tell the hour';
comment on column syndication.median_delay_minutes is 'Median minutes from the lead to a copy; exact only as far as pages tell the hour';
