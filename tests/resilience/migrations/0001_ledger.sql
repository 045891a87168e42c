-- What the commands change.
create table account (
    id uuid primary key,
    version bigint not null,
    balance bigint not null
);

create table acknowledging (
    account_id uuid primary key,
    version bigint not null
);

-- What the consumer and the timers did, as a log without any uniqueness: what is done twice stands here twice.
create table applied (
    id bigint generated always as identity primary key,
    topic text not null,
    key uuid not null,
    sequence bigint not null,
    event_id text not null
);

-- What the consumer knows of each key; `digest` is a chain over its events in the order they were applied.
create table holding (
    topic text not null,
    key uuid not null,
    count bigint not null,
    total bigint not null,
    digest bytea not null,
    primary key (topic, key)
);

create table reminded (
    id bigint generated always as identity primary key,
    reminder_id uuid not null
);

-- Poisoned commands whose cause was mended.
create table mended (
    command_id uuid primary key
);

-- Outcomes of facts that were appended without a command, for whoever asks again after a lost answer.
create table appended_directly (
    command_id uuid primary key,
    version bigint not null,
    event_id text not null
);
