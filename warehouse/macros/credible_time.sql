-- When was an article published, if the page tells a time that can be? Never before 1996, nor a day after its capture.
-- The bounds stand in article_day and came_out_at too: a macro that calls another fails over an attached database.
-- Reckoned in microseconds, since arithmetic with time zones takes ten times as long.
create or replace macro credible_time(published, captured) as
case
    when published >= timestamptz '1996-01-01 00:00:00+00'
        and epoch_us(cast(published as timestamptz)) <= epoch_us(cast(captured as timestamptz)) + 86_400_000_000
        then cast(published as timestamptz)
end;
comment on macro credible_time is 'The time of publication that a page tells, null where it cannot be: before 1996, or more than a day after the capture';
