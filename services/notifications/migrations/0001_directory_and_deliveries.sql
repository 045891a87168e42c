-- The directory: institutions and how to reach them. version 0: known from the council's facts only.
create table partner (
    institution_id uuid primary key,
    version integer not null default 0,
    name text not null,
    kind text,
    commune text,
    email text,
    webhook_url text,
    webhook_secret bytea,
    muted text[] not null default '{}',
    check ((webhook_url is null) = (webhook_secret is null))
);

-- What letters and calendar entries about a meeting must repeat.
create table meeting (
    id uuid primary key,
    body_name text not null,
    body_kind text not null,
    theme text,
    subject text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    place text not null,
    agenda jsonb not null,
    sequence integer not null,
    cancelled boolean not null default false
);

create table delivery (
    id uuid primary key,
    version integer not null,
    cause_id text not null,
    institution_id uuid not null references partner (institution_id),
    channel text not null,
    subject text not null,
    about text not null,
    about_id uuid not null,
    state text not null,
    due_at timestamptz,
    created_at timestamptz not null,
    urgent boolean not null,
    attempts integer not null,
    sent_at timestamptz,
    reason text,
    proof text,
    sent_to text,
    letter jsonb not null,
    entry jsonb,
    correlation_id text not null,
    traceparent text,
    -- The worker that holds it. Real time, not the service's clock: a lease is about a process being alive.
    claim uuid,
    claimed_until timestamptz,
    -- Nobody is told twice of the same cause by the same channel.
    unique (cause_id, institution_id, channel)
);
create index delivery_due on delivery (channel, due_at) where state in ('pending', 'retrying', 'no-address', 'sending');
create index delivery_by_institution on delivery (institution_id, created_at desc);
create index delivery_by_time on delivery (created_at desc, id);
create index delivery_by_thing on delivery (about_id);

-- Every attempt and what the receiving server answered.
create table delivery_attempt (
    id bigint generated always as identity primary key,
    delivery_id uuid not null references delivery (id),
    at timestamptz not null,
    outcome text not null,
    answer text not null
);
create index delivery_attempt_by_delivery on delivery_attempt (delivery_id, id);
