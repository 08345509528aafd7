"""Machine translation: what may leave, who translates it, and what of the answer can be trusted."""
