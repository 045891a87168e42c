-- Each key of a batch is looked up while anything is parked: by hash that is half the time and a third of the size.
create index parked_record_by_key on parked_record using hash (key) where state = 'parked';
