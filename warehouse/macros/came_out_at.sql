-- When did a story come out, as far as is known? What orders the copies of one story, here and in pipelines/copies.
-- A date that no page can have gives way to the first capture. A date without an hour stands as midnight, which would
-- put it before all that tell theirs: it counts as the end of its day, or as the first capture if that was earlier.
create or replace macro came_out_at(published, printed, captured) as
make_timestamptz(
    case
        when published >= timestamptz '1996-01-01 00:00:00+00'
            and epoch_us(cast(published as timestamptz)) <= epoch_us(cast(captured as timestamptz)) + 86_400_000_000
            then case
                when epoch_us(cast(published as timestamptz)) % 86_400_000_000 = 0 and not regexp_matches(coalesce(printed, ''), '\d:\d')
                    then least(
                        epoch_us(cast(published as timestamptz)) + 86_400_000_000 - 1,
                        epoch_us(cast(captured as timestamptz))
                    )
                else epoch_us(cast(published as timestamptz))
            end
        else epoch_us(cast(captured as timestamptz))
    end
);
comment on macro came_out_at is 'When a story came out: came_out_at(published_at, published_at_raw, first_captured_at). A printed date without an hour counts as the end of that day (UTC) or the first capture, whichever is earlier; no date, or one that cannot be, as the first capture';
