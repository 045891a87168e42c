-- Whether a record that comes again waits already is asked for each that is to wait behind another.
create index parked_record_by_event on parked_record using hash (event_id) where state = 'parked';
