-- Which reporting about our subject was carried furthest, and how fast?
select
    w.cluster_id,
    w.lead_title,
    t.url as lead_url,
    o.name as lead_outlet,
    w.services,
    w.stories,
    w.outlets,
    w.states,
    w.first_out_at,
    w.median_delay_minutes
from syndication as w
join stories as t on t.story_id = w.lead_story_id
join sources as o on o.source_id = w.lead_source_id
where t.relevant
order by w.outlets desc, w.stories desc, w.cluster_id
limit 15;
