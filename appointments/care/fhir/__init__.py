"""What other programs of the hospital's ask of the care door, in the words of HL7 FHIR R4 (docs/fhir.md, adr/0065).

Reads through the same rights as the pages, books and cancels by the same verbs. Knows no session and no HTML.
"""
