"""The language server (08 §17).

`program` keeps a checked program and follows the edits of its files; `occurrences` finds what the names in it mean; the other modules answer
one kind of question each, as plain functions on these; `server` speaks the protocol. Needs the extra ``rusk[lsp]``.
"""
