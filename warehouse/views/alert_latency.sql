-- How long does it take from publication to capture to alert to a message sent?
create or replace view alert_latency as
with sent as (
    select
        alert_id,
        channel,
        min(tried_at) as first_sent_at,
        max(attempt) as attempts
    from alert_deliveries
    where outcome = 'sent'
    group by alert_id, channel
)
select
    alerts.alert_id,
    alerts.statement_id,
    alerts.raised_at,
    sent.channel,
    date_diff('second', alerts.published_at, alerts.captured_at) as published_to_captured_seconds,
    date_diff('second', alerts.captured_at, alerts.raised_at) as captured_to_raised_seconds,
    date_diff('second', alerts.raised_at, sent.first_sent_at) as raised_to_sent_seconds,
    sent.attempts
from alerts
left join sent on sent.alert_id = alerts.alert_id
where not contains(alerts.subject_id, '#');
comment on view alert_latency is 'How long each alert took from publication to capture, to being raised, and to each channel; one row an alert and channel, corrections left out';
comment on column alert_latency.alert_id is 'The alert (alerts.alert_id)';
comment on column alert_latency.statement_id is 'The statement (statements.statement_id)';
comment on column alert_latency.raised_at is 'When it was raised, UTC';
comment on column alert_latency.channel is 'The channel; null where nothing has been sent';
comment on column alert_latency.published_to_captured_seconds is 'From publication to first capture, in seconds; null where the story does not tell its time';
comment on column alert_latency.captured_to_raised_seconds is 'From first capture to alert, in seconds';
comment on column alert_latency.raised_to_sent_seconds is 'From alert to the channel''s first confirmation, in seconds; digests and quiet hours count';
comment on column alert_latency.attempts is 'Tries that the message took';
