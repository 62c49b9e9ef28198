"""The French guides of each role, and the page of help of the screen one is on (docs/adr/0060)."""
