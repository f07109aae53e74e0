"""Documentation from `///` comments: reading them, pages in Markdown, examples that run.

What stands above a declaration, line by line after `///`, is its text, in Markdown. An indented block of it (four spaces or more, after an empty line) is an
example: a whole program, or the body of ``main`` with what it imports. A comment `//> TEXT` in it says what it prints, `//! trap: TEXT` how it ends.
The comment that begins a file is the text of the module.
"""
