-- When the stories that founded these clusters were first captured.
select story_id, epoch_us(first_captured_at) as captured_us
from stories
where story_id in (select unnest($clusters))
