"""Machine translation. This version translates nothing: every sentence comes from a catalogue."""
