"""What an open page of the care door asks by itself, every three seconds: one thing, answered in one statement."""
