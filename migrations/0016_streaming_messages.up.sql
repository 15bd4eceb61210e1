-- Each ending asks whether a message of its attempt is still in the making. Without this it reads all of them.
create index messages_streaming on messages (task_id) where status = 'streaming';
