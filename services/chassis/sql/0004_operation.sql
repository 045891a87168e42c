-- What operators had rebuilt or replayed: who, when, and what came of it. Kept for good.
create table operation (
    id bigint generated always as identity primary key,
    verb text not null,
    target text not null,
    by text not null,
    began_at timestamptz not null default clock_timestamp(),
    ended_at timestamptz,
    outcome text
);
create index operation_by_target on operation (verb, target, id);
