-- What did agencies say each week, by stance? All outlets, and the constant panel of those collected throughout.
select
    'all outlets' as outlets,
    week,
    statements,
    cooperates,
    limits,
    refuses,
    unclear,
    captured_articles
from statements_by_week
qualify week > max(week) over () - 365
union all
select
    'constant panel',
    week,
    statements,
    cooperates,
    limits,
    refuses,
    unclear,
    captured_articles
from statements_by_week_panel
qualify week > max(week) over () - 365
order by outlets, week;
