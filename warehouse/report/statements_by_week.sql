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
where week > (select max(week) from statements_by_week) - 365
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
where week > (select max(week) from statements_by_week) - 365
order by outlets, week;
