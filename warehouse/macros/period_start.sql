-- With which day does the period begin in which a day lies? DuckDB would refuse an unknown grain in words of its own, before
-- stories_over_time and statements_over_time can name those that they know: here it passes as days.
create or replace macro period_start(grain, day) as
date_trunc(case when grain in ('day', 'week', 'month', 'quarter', 'year') then grain else 'day' end, day);
comment on macro period_start is 'The first day of the day, week, month, quarter or year in which a day lies: period_start(''week'', day)';
