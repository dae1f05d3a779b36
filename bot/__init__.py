"""The machinery: commands, configuration, chats, stores."""
