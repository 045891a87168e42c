-- The council: institutions, bodies and their members, meetings, plans, and the history of each.

create table institutions (
    id       uuid primary key,
    version  integer not null,
    name     text not null,
    kind     text not null,
    feminine boolean not null,
    commune  text
);

create table bodies (
    id           uuid primary key,
    version      integer not null,
    name         text not null,
    kind         text not null,
    theme        text,
    order_number text not null,
    order_date   date not null,
    effective_on date not null,
    dissolved_on date
);

create table members (
    body_id        uuid not null references bodies (id),
    institution_id uuid not null references institutions (id),
    position       integer not null,
    seat           text not null,
    designated_by  text not null,
    agreed_on      date,
    primary key (body_id, institution_id)
);

create index members_by_institution on members (institution_id);

create table meetings (
    id                uuid primary key,
    version           integer not null,
    body_id           uuid not null references bodies (id),
    state             text not null,
    subject           text not null,
    starts_at         timestamptz not null,
    duration_minutes  integer not null,
    place             text not null,
    scheduled_at      timestamptz not null,
    reason            text,
    prepared_at       timestamptz,
    convened_at       timestamptz,
    calendar_sequence integer not null,
    postponed_from    timestamptz,
    change_reason     text,
    opened_at         timestamptz,
    closed_at         timestamptz,
    annual_duty_met   boolean
);

create index meetings_by_body on meetings (body_id, starts_at);
create index meetings_by_start on meetings (starts_at, id);

create table agenda_points (
    meeting_id uuid not null references meetings (id),
    position   integer not null,
    title      text not null,
    minutes    integer not null,
    rapporteur text,
    kind       text not null,
    primary key (meeting_id, position)
);

-- The name of a representative is here and in no event.
create table invitations (
    meeting_id      uuid not null references meetings (id),
    institution_id  uuid not null references institutions (id),
    position        integer not null,
    seat            text not null,
    holder          text,
    holder_capacity text,
    mandated_on     date,
    presence        text,
    represented_by  text,
    recorded_at     timestamptz,
    primary key (meeting_id, institution_id)
);

create index invitations_by_institution on invitations (institution_id);

create table decisions (
    meeting_id  uuid not null references meetings (id),
    id          uuid not null,
    position    integer not null,
    kind        text not null,
    text        text not null,
    owner       text not null,
    due_on      date,
    recorded_at timestamptz not null,
    primary key (meeting_id, id)
);

create table plans (
    id           uuid primary key,
    version      integer not null,
    title        text not null,
    state        text not null,
    starts_on    date not null,
    ends_on      date not null,
    drafted_at   timestamptz not null,
    submitted_at timestamptz,
    submitted_to uuid references bodies (id),
    validated_by uuid references meetings (id),
    validated_on date,
    signed_on    date
);

create table plan_actions (
    plan_id  uuid not null references plans (id),
    position integer not null,
    title    text not null,
    theme    text not null,
    pilot_id uuid not null references institutions (id),
    primary key (plan_id, position)
);

create table signatures (
    plan_id        uuid not null references plans (id),
    institution_id uuid not null references institutions (id),
    position       integer not null,
    signed_on      date,
    primary key (plan_id, institution_id)
);

create table history (
    id        bigint generated always as identity primary key,
    object_id uuid not null,
    at        timestamptz not null,
    sentence  text not null
);

create index history_by_object on history (object_id, id);
