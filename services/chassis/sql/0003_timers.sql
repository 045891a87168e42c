-- What is to happen later: a row is deleted in the transaction that makes it happen.
create table timer (
    id bigint generated always as identity primary key,
    name text not null,
    key text not null,
    due timestamptz not null,
    payload jsonb not null,
    correlation_id text not null,
    attempts integer not null default 0,
    next_at timestamptz not null,
    last_failure text,
    unique (name, key)
);
create index timer_by_time on timer (name, next_at);
