"""Compares the packages in use with published advisories, which somebody brought as files: nothing is fetched.

The files are OSV's export, one JSON document an advisory (docs/operations.md, “Known weaknesses”).
"""
