"""From tables to findings that stand up: what an auditor asks, and what the tables prove of it.

Reads tables only, never pages: a finding names the capture and the lines that show it.
"""
