"""The profiler (docs/profile.md): `collect` runs a session and looks at its stack now and then, `report` tells where time or allocations went.

The loop that runs is the ordinary one: nothing in it knows of profiling.
"""
