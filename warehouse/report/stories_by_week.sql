-- How much of what outlets published each week was about our subject? All outlets, and the constant panel.
select
    'all outlets' as outlets,
    week,
    relevant_clusters,
    captured_articles,
    round(1000 * relevant_clusters / nullif(captured_articles, 0), 1) as per_thousand
from stories_by_week
qualify week > max(week) over () - 365
union all
select
    'constant panel',
    week,
    relevant_clusters,
    captured_articles,
    round(1000 * relevant_clusters / nullif(captured_articles, 0), 1)
from stories_by_week_panel
qualify week > max(week) over () - 365
order by outlets, week;
