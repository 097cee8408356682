-- How much does each outlet report itself, and how much does it carry from others, and how late?
-- Denominator: stories counts all stories of the outlet, reported or carried.
create or replace view copies_by_outlet as
with placed as (
    select
        stories.story_id,
        stories.source_id,
        clusters.lead_story_id,
        clusters.story_count,
        date_diff(
            'minute',
            came_out_at(lead_stories.published_at, lead_stories.published_at_raw, lead_stories.first_captured_at),
            came_out_at(stories.published_at, stories.published_at_raw, stories.first_captured_at)
        ) as delay_minutes,
        exists (select 1 from syndication_marks where syndication_marks.story_id = stories.story_id) as marked
    from stories
    join cluster_members on cluster_members.story_id = stories.story_id
    join clusters on clusters.cluster_id = cluster_members.cluster_id
    join stories as lead_stories on lead_stories.story_id = clusters.lead_story_id
)
select
    placed.source_id,
    sources.name,
    sources.kind,
    sources.state,
    count(*) as stories,
    count(*) filter (where not placed.marked and placed.story_id = placed.lead_story_id) as own,
    count(*) filter (where placed.story_id <> placed.lead_story_id) as copies,
    count(*) filter (where placed.story_id = placed.lead_story_id and placed.story_count > 1) as copied_by_others,
    count(*) filter (where placed.marked) as marked_as_wire,
    count(*) filter (where placed.marked or placed.story_id <> placed.lead_story_id) as carried,
    median(placed.delay_minutes) filter (where placed.story_id <> placed.lead_story_id) as median_delay_minutes
from placed
join sources on sources.source_id = placed.source_id
group by placed.source_id, sources.name, sources.kind, sources.state
order by placed.source_id;
comment on view copies_by_outlet is 'Each outlet''s stories: its own, and those carried from others, with the delay; stories is the denominator. The state is that of the outlet';
comment on column copies_by_outlet.source_id is 'The outlet (sources.source_id)';
comment on column copies_by_outlet.name is 'Its name';
comment on column copies_by_outlet.kind is 'outlet, agency (a police or sheriff newsroom), government or wire';
comment on column copies_by_outlet.state is 'Its state; null for national and federal sources';
comment on column copies_by_outlet.stories is 'All its stories, about our subject or not: own and carried';
comment on column copies_by_outlet.own is 'Stories not carried from others, as far as marks and texts tell: stories minus carried';
comment on column copies_by_outlet.copies is 'Stories of which another story, mostly another outlet''s, is the lead of the cluster: it came out earlier';
comment on column copies_by_outlet.copied_by_others is 'Stories of its own or from a wire that came out first here and stand in other stories, too: the leads of clusters of more than one story';
comment on column copies_by_outlet.marked_as_wire is 'Stories whose byline, dateline or closing line names a wire service';
comment on column copies_by_outlet.carried is 'Stories carried from others, by mark or by comparison of texts: the wire flag';
comment on column copies_by_outlet.median_delay_minutes is 'Median minutes from the lead to its copy; a date without an hour counts as the end of that day or the first capture, whichever is earlier';
