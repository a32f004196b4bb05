"""The tables as other programs want them: a module a format, fed by `source`, written by `target`."""
