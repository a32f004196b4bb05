"""Invented project pages in every form known, each with a sidecar that says when it was captured."""
