-- What the figures are counted from. Every table is rebuilt from the topics; nothing here is decided here.
-- `told_at` is the time of the newest fact that touched the row.

create function paris_year(moment timestamptz) returns integer
language sql stable parallel safe
return extract(year from moment at time zone 'Europe/Paris')::integer;

create table institution (
    institution_id uuid primary key,
    name text not null,
    kind text not null,
    told_at timestamptz not null
);

create table body (
    body_id uuid primary key,
    name text not null,
    kind text not null,
    theme text,
    effective_on date,
    dissolved_on date,
    members integer not null default 0,
    told_at timestamptz not null
);

create table meeting (
    meeting_id uuid primary key,
    body_id uuid not null,
    state text not null check (state in ('planned', 'convened', 'held', 'cancelled')),
    starts_at timestamptz not null,
    notice_days integer,
    notice_days_required integer,
    told_at timestamptz not null
);
create index meeting_by_start on meeting (starts_at);

create table attendance (
    meeting_id uuid not null,
    institution_id uuid not null,
    presence text not null,
    primary key (meeting_id, institution_id)
);

create table decision (
    decision_id uuid primary key,
    meeting_id uuid not null,
    kind text not null,
    told_at timestamptz not null
);

create table annual_duty (
    year integer primary key,
    held_on date not null,
    told_at timestamptz not null
);

create table plan (
    plan_id uuid primary key,
    title text not null,
    state text not null check (state in ('drafting', 'submitted', 'awaiting', 'signed')),
    starts_on date,
    ends_on date,
    actions integer not null default 0,
    required integer not null default 0,
    signed_on date,
    told_at timestamptz not null
);

create table signature (
    plan_id uuid not null,
    institution_id uuid not null,
    institution_name text not null,
    signed_on date,
    primary key (plan_id, institution_id)
);

-- One row per counted step, under an id that joins it to nothing. Age and origin are not kept: no figure needs them.
create table recall_step (
    statistic_id uuid primary key,
    stage text not null,
    month date not null,
    commune text not null,
    motive text not null,
    outcome text,
    rejection_reason text
);
create index recall_step_by_month on recall_step (month);

create table drop_in_session (
    session_id uuid primary key,
    commune text not null,
    district text not null,
    district_name text not null,
    starts_at timestamptz not null,
    state text not null check (state in ('published', 'held', 'cancelled')),
    visitors integer,
    told_at timestamptz not null
);

create table publication (
    publication_id uuid primary key,
    kind text not null,
    title text not null,
    published_on date,
    told_at timestamptz not null
);

create table distribution (
    fact_id uuid primary key,
    publication_id uuid not null,
    quantity integer not null,
    place_type text not null,
    distributed_on date not null,
    told_at timestamptz not null
);

create table delivery (
    delivery_id uuid primary key,
    institution_id uuid not null,
    channel text not null,
    subject text not null,
    state text not null check (state in ('waiting', 'sent', 'failed')),
    scheduled_at timestamptz not null,
    told_at timestamptz not null
);
