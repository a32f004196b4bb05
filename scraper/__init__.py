"""From codes and saved files to bytes with evidence. Knows HTTP and archives; no Thai, no tables."""
