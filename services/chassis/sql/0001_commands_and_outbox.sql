-- Who asked for what under which id, and what was answered: a command repeated answers the same again.
create table command_ledger (
    id uuid primary key,
    command text not null,
    target uuid not null,
    content_hash bytea not null,
    by text not null,
    at timestamptz not null,
    receipt jsonb
);

-- Append only. The id comes from a sequence without cache, so that of two writers on one key the later has the higher.
-- Eight slots in rotation: a slot is emptied as a whole when everything in it is published and old enough.
create table outbox (
    id bigint generated always as identity (cache 1),
    slot smallint not null,
    xid xid8 not null default pg_current_xact_id(),
    appended_at timestamptz not null default clock_timestamp(),
    stamped_at timestamptz not null,
    topic text not null,
    key text not null,
    key_hash integer not null,
    value bytea not null,
    headers jsonb not null
) partition by list (slot);

do $$
begin
    for slot in 0..7 loop
        execute format('create table outbox_%s partition of outbox for values in (%s)', slot, slot);
        execute format('alter table outbox_%s alter column value set storage external', slot);
        if exists (select from pg_roles where rolname = current_schema()) then
            execute format('grant truncate on outbox_%s to %I', slot, current_schema());
        end if;
    end loop;
end $$;

create index outbox_by_id on outbox (id);
create index outbox_by_xid on outbox (xid);

-- How far each shard is: every row visible in `seen` is published, and of those visible in `target` all up to `after`.
create table outbox_cursor (
    shards smallint not null,
    shard smallint not null,
    seen pg_snapshot not null,
    target pg_snapshot,
    after bigint not null default 0,
    published bigint not null default 0,
    moved_at timestamptz not null default clock_timestamp(),
    primary key (shards, shard)
) with (fillfactor = 20);

-- Rows the broker refused, and the later rows of their keys, waiting in order.
create table outbox_held (
    id bigint primary key,
    appended_at timestamptz not null,
    stamped_at timestamptz not null,
    topic text not null,
    key text not null,
    key_hash integer not null,
    value bytea not null,
    headers jsonb not null,
    reason text,
    attempts integer not null default 0,
    next_at timestamptz not null default clock_timestamp()
);
create index outbox_held_by_key on outbox_held (topic, key, id);
