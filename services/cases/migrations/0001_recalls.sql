-- What a mayor and the prosecutor's office agreed on.
create table protocol (
    id uuid primary key,
    version integer not null,
    commune text not null,
    prosecutor_office text not null,
    signed_on date not null,
    valid_from date not null,
    valid_until date,
    motives text[] not null,
    reply_days integer not null,
    silence_is_clearance boolean not null
);
create index protocol_by_commune on protocol (commune, valid_from);

-- The case without the person. The number exists here and nowhere else.
create table recall (
    id uuid primary key,
    version integer not null,
    commune text not null,
    number text not null,
    origin text not null,
    motive text not null,
    age_band text not null,
    facts_month date not null,
    reported_at timestamptz not null,
    screening_due date not null,
    representatives integer not null,
    state text not null,
    resume_state text,
    suspension_reason text,
    rejection_reason text,
    consulted_at timestamptz,
    reply_due date,
    reply_late boolean not null,
    replied_at timestamptz,
    attempts integer not null,
    summoned_at timestamptz,
    hearing_at timestamptz,
    hearing_place text,
    held_on date,
    follow_up_due date,
    reviews_due integer not null,
    outcome text,
    ended_at timestamptz,
    unique (commune, number)
);
create index recall_by_report on recall (commune, reported_at desc, id);

-- The last number given, per commune and year.
create table case_number (
    commune text not null,
    year integer not null,
    last integer not null,
    primary key (commune, year)
);

-- One data key a case, wrapped by a key of the ring that only the process knows.
create table case_key (
    case_id uuid primary key references recall (id),
    key_id text not null,
    wrapped bytea not null
);

-- Who a case is about and what happened, each field encrypted on its own and bound to its case and name.
create table sealed_field (
    case_id uuid not null references recall (id),
    field text not null,
    sealed bytea not null,
    primary key (case_id, field)
);

-- Every opening of a sealed field, written before it.
create table access_log (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    case_id uuid not null,
    commune text not null,
    by_subject text not null,
    by_name text not null,
    by_title text not null,
    reason text not null,
    fields text[] not null,
    purpose text not null
);
create index access_log_by_case on access_log (case_id, id desc);
create index access_log_by_time on access_log (at desc, id desc);

-- What was done in a case and by whom: acts of staff, nothing about the person.
create table recall_history (
    id bigint generated always as identity primary key,
    case_id uuid not null references recall (id),
    at timestamptz not null,
    act text not null,
    by_name text not null,
    by_title text not null
);
create index recall_history_by_case on recall_history (case_id, id desc);

-- The runtime role has the schema's name; what is written in these two tables stays.
do $$
begin
    if exists (select from pg_roles where rolname = current_schema()) then
        execute format('revoke update, delete, truncate on access_log, recall_history from %I', current_schema());
    end if;
end $$;
