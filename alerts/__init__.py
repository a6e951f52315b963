"""What needs a person, until a person has answered."""
