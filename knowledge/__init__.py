"""What is known: rules, letters, words and the matching of a question to a rule. Knows nothing of chats."""
