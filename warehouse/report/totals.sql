-- What does the database hold, over which days, and how much of it is about our subject?
select
    (
        select count(*)
        from agency_statements
        where kind <> 'claim'
            and agency_kind is distinct from 'federal'
    ) as statements,
    (select count(*) from agencies_first_heard) as agencies,
    (select count(*) from position_changes) as position_changes,
    (select count(distinct cluster_id) from stories where relevant) as relevant_clusters,
    (select count(*) from stories where relevant) as relevant_coverage,
    (select cast(coalesce(sum(captured), 0) as bigint) from source_days) as captured_articles,
    (select count(distinct source_id) from source_days) as sources,
    (select count(*) from panel_outlets) as panel_outlets,
    (select first_month from capture_period) as panel_since,
    (select months from capture_period) as panel_months,
    (select utc_day(min(tried_at)) from fetches) as first_captured_on,
    (select max(tried_at) from fetches) as last_tried_at;
