alter table session_events alter column data type jsonb using data::text::jsonb;
