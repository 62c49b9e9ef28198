"""Weekly plans that would make the movement list tell less: searched for, tried on the past half-year, shown.

The worker searches (`search`, which alone loads OR-tools); a door asks for it (`asking`) and reads what was found.
Nothing here changes a planning: a person does, on the planning's own pages.
"""
