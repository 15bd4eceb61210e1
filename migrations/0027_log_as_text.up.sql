-- An event is made once, as the text that goes out, and read as it was written: as jsonb it was turned into the table's
-- form and back for each. Writes the log anew; a million events take a quarter of a minute.
alter table session_events alter column data type json using data::text::json;
