-- Drop-in sessions; visitors exist as numbers only.
create table drop_in_session (
    id uuid primary key,
    version integer not null,
    commune text not null,
    district text not null,
    district_name text not null,
    place text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    state text not null,
    visitors integer,
    themes jsonb not null,
    age_bands jsonb not null,
    orientations jsonb not null
);
create index drop_in_session_by_start on drop_in_session (starts_at desc, id);

-- Flyers and guides, with their contact numbers and the day each was last called.
create table publication (
    id uuid primary key,
    version integer not null,
    kind text not null,
    title text not null,
    contacts jsonb not null,
    state text not null,
    approved_on date,
    published_on date,
    copies integer not null,
    superseded_by uuid
);
create index publication_by_title on publication (title, id);

create table distribution (
    id bigint generated always as identity primary key,
    publication_id uuid not null references publication (id),
    distributed_on date not null,
    quantity integer not null,
    place_type text not null
);
create index distribution_by_publication on distribution (publication_id, distributed_on);
