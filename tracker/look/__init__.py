"""How clinical states look and how times read: drawings and words, standard library only, no template engine."""
