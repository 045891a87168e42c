-- What became of parked records, for good: every try with its author, and who was shown a content.

alter table parked_record add column first_reason text;
alter table parked_record add column first_detail text;
comment on column parked_record.first_reason is 'Why it was put aside, once a later try has failed for another reason.';

-- A record that stops its key has a reason of its own; those behind it have this one until they are first in turn.
update parked_record as later set reason = 'BehindParked', detail = 'an earlier record of the same key is put aside'
where state = 'parked' and reason <> 'BehindParked' and exists (
    select from parked_record as earlier where earlier.state = 'parked' and earlier."offset" < later."offset"
        and (earlier.consumer, earlier.topic, earlier.key) = (later.consumer, later.topic, later.key));
update parked_record as first set reason = 'Untried', detail = 'what it waited for is settled'
where state = 'parked' and reason = 'BehindParked' and not exists (
    select from parked_record as earlier where earlier.state = 'parked' and earlier."offset" < first."offset"
        and (earlier.consumer, earlier.topic, earlier.key) = (first.consumer, first.topic, first.key));

create index parked_record_queue on parked_record (consumer, topic, key, "offset") where state = 'parked';
drop index parked_record_waiting;
create index parked_record_stopping on parked_record (consumer, id) where state = 'parked' and reason <> 'BehindParked';
create index parked_record_settled on parked_record (consumer, settled_at desc, id desc) where state <> 'parked';

create table parked_try (
    id bigint generated always as identity primary key,
    parked_id bigint not null,
    at timestamptz not null,
    by text not null,
    outcome text not null check (outcome in ('applied', 'passed_over', 'failed', 'discarded')),
    reason text not null,
    detail text not null default ''
);
create index parked_try_by_record on parked_try (parked_id, id);

create table parked_reading (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    parked_id bigint not null,
    topic text not null,
    by text not null
);
create index parked_reading_by_record on parked_reading (parked_id, id);

-- A rebuild forgets what it put aside itself; what a person discarded stays.
create function keep_discarded() returns trigger language plpgsql as $$
begin
    raise exception 'a discarded record is kept for good' using errcode = 'restrict_violation';
end $$;
create trigger keep_discarded before delete on parked_record
    for each row when (old.state = 'discarded') execute function keep_discarded();

-- The runtime role has the schema's name; what is written in these two tables stays.
do $$
begin
    if exists (select from pg_roles where rolname = current_schema()) then
        execute format('revoke update, delete, truncate on parked_try, parked_reading from %I', current_schema());
        execute format('revoke truncate on parked_record from %I', current_schema());
    end if;
end $$;
