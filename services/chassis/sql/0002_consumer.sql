-- Where a consumer is, and which process may move it.
create table consumer_position (
    consumer text not null,
    topic text not null,
    partition integer not null,
    position bigint not null,
    owner uuid not null,
    moved_at timestamptz not null default clock_timestamp(),
    primary key (consumer, topic, partition)
) with (fillfactor = 20);

-- The newest version of each key a consumer has dealt with: what is not newer is a duplicate.
create table consumer_seen (
    consumer text not null,
    topic text not null,
    key bytea not null,
    sequence bigint not null,
    primary key (consumer, topic, key)
) with (fillfactor = 70);

-- Records that could not be applied, with their bytes, and the later records of their keys.
create table parked_record (
    id bigint generated always as identity primary key,
    consumer text not null,
    topic text not null,
    partition integer not null,
    "offset" bigint not null,
    key bytea,
    event_id text,
    event_type text,
    sequence bigint,
    reason text not null,
    detail text not null,
    stack text,
    value bytea,
    headers jsonb not null,
    recorded_at timestamptz not null,
    parked_at timestamptz not null,
    attempts integer not null default 1,
    attempted_at timestamptz not null,
    state text not null default 'parked' check (state in ('parked', 'applied', 'discarded')),
    settled_at timestamptz,
    settled_by text,
    settled_why text,
    unique (consumer, topic, partition, "offset")
);
create index parked_record_waiting on parked_record (consumer, topic, key, id) where state = 'parked';
create index parked_record_by_time on parked_record (parked_at, id);
