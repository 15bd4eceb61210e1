drop index messages_prompts;
