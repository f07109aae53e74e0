"""The REPL (docs/repl.md).

`reading` cuts an input into definitions and statements, `building` makes a program of it, `session` compiles it, links it to what the live session runs
already and runs it; `completion` asks the checker what may stand at the cursor; `commands` are the words with a colon. All of these are plain functions and
objects on texts; `terminal` and `plain` are the two ways to type to them.
"""
