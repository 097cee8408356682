-- In which states, and through how many outlets, did each piece of reporting appear?
create or replace view reach_by_state as
select
    cluster_members.cluster_id,
    sources.state,
    count(distinct stories.source_id) as outlets,
    count(*) as stories,
    min(came_out_at(stories.published_at, stories.published_at_raw, stories.first_captured_at)) as first_out_at
from cluster_members
join stories on stories.story_id = cluster_members.story_id
join sources on sources.source_id = stories.source_id
group by cluster_members.cluster_id, sources.state
order by cluster_members.cluster_id, sources.state;
comment on view reach_by_state is 'Coverage of each piece of reporting by state of the outlet';
comment on column reach_by_state.cluster_id is 'The cluster (clusters.cluster_id)';
comment on column reach_by_state.state is 'State of the outlets; null for national and federal sources';
comment on column reach_by_state.outlets is 'Distinct outlets of that state that carried it';
comment on column reach_by_state.stories is 'Stories of that state that carried it';
comment on column reach_by_state.first_out_at is 'When the first of them came out, UTC: published, else captured; a date without an hour counts as the end of that day or the first capture, whichever is earlier';
