"""What the unit holds on a person, for that person: gathered from every table, in plain French (docs/adr/0049)."""
