-- A batch often notes every key of a page at once: with room for a second version of each, no index is written to.
alter table consumer_seen set (fillfactor = 50);
