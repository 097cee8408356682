-- How many articles have the outlets of each state given us for each day? The sums of source_days that trends by state read.
create or replace view captured_days as
select
    o.state,
    p.source_id is not null as in_panel,
    d.day,
    cast(sum(d.articles) as bigint) as articles
from source_days as d
join sources as o on o.source_id = d.source_id
left join panel_outlets as p on p.source_id = d.source_id
group by o.state, p.source_id is not null, d.day
order by d.day, o.state, in_panel;
comment on view captured_days is 'Articles by day and state of the outlet, off-topic ones included: source_days summed up';
comment on column captured_days.state is 'State of the outlets, two letters; null for national and federal sources';
comment on column captured_days.in_panel is 'Whether these are outlets of the constant panel (panel_outlets) or the others';
comment on column captured_days.day is 'Day of publication, UTC';
comment on column captured_days.articles is 'Articles of that day';
