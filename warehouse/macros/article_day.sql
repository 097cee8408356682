-- The day that an article counts for: its day of publication, or of first capture where the page tells none that can be.
-- Reckoned in microseconds, since arithmetic with time zones takes ten times as long.
create or replace macro article_day(published, captured) as
cast(
    make_timestamp(
        case
            when published >= timestamptz '1996-01-01 00:00:00+00'
                and epoch_us(cast(published as timestamptz)) <= epoch_us(cast(captured as timestamptz)) + 86_400_000_000
                then epoch_us(cast(published as timestamptz))
            else epoch_us(cast(captured as timestamptz))
        end
    ) as date
);
comment on macro article_day is 'The day (UTC) that an article counts for: of publication, or of first capture where the page tells none that can be';
