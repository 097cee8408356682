-- Which sources work, which are silent or broken, and why? Seven days up to the latest try.
select
    source_id,
    source,
    kind,
    state,
    health,
    tries,
    errors,
    pages,
    commonest_error,
    last_answer_at
from source_health
order by health = 'healthy', health = 'never tried', health, source;
