-- The day that an article counts for: its day of publication, or of first capture where the page tells none that can be.
create or replace macro article_day(published, captured) as
cast(
    timezone(
        'UTC',
        case
            when published between timestamptz '1996-01-01 00:00:00+00' and captured + interval 1 day then published
            else captured
        end
    ) as date
);
comment on macro article_day is 'The day (UTC) that an article counts for: of publication, or of first capture where the page tells none that can be';
