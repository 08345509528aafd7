"""Rasa's custom actions: slots in, one use case called, a named response out. No words, no rules of safeguarding."""
