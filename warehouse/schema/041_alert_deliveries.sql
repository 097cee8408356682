-- Every try to bring an alert to a channel.
create table alert_deliveries (
    delivery_id   bigint not null,
    alert_id      varchar not null,
    message_id    varchar not null,
    message_kind  varchar not null,
    channel       varchar not null,
    attempt       integer not null check (attempt >= 1),
    tried_at      timestamptz not null,
    outcome       varchar not null check (outcome in ('sent', 'failed', 'parked', 'withheld')),
    detail        varchar not null,
    retry_at      timestamptz,
    primary key (delivery_id, alert_id)
);
comment on table alert_deliveries is 'Every try to bring an alert to a channel; a digest carries many alerts, and each has its row';
comment on column alert_deliveries.delivery_id is 'Number of the try in the ledger';
comment on column alert_deliveries.alert_id is 'The alert (alerts.alert_id)';
comment on column alert_deliveries.message_id is 'The message that carried it: idempotency key and part of the Message-ID';
comment on column alert_deliveries.message_kind is 'single, digest, flood or muted';
comment on column alert_deliveries.channel is 'Name of the channel';
comment on column alert_deliveries.attempt is 'Which try at this message it was, from 1';
comment on column alert_deliveries.tried_at is 'When, UTC';
comment on column alert_deliveries.outcome is 'sent, failed (tried again later), parked (given up) or withheld (muted or acknowledged)';
comment on column alert_deliveries.detail is 'What the receiver answered, or why it was withheld';
comment on column alert_deliveries.retry_at is 'When it may be tried again, UTC; null where nothing is left to try';
