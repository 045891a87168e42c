-- Of the code that a rebuild was begun with: other code must not go on with it.
alter table operation add column fingerprint text;
