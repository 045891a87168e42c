-- Who changed an aggregate last: told to whoever saved over an older version of it.
alter table command_ledger add column office text not null default '';
create index command_ledger_by_target on command_ledger (target, at);
