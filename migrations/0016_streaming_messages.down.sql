drop index messages_streaming;
