-- From one prompt to the next there may be thousands of messages, which none has to read who goes from prompt to prompt.
-- Nothing but prompts is in it: what an agent says costs nothing more to write.
create index messages_prompts on messages (session_id, seq) where type = 'prompt';
