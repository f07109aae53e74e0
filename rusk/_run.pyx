# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True
"""The interpreter loop."""

cdef extern from *:
    """
    #define COUNTING 0
    """

include "_loop_all.pxi"     # made of rusk/_loop.pxi by setup.py

from rusk.code.opcodes import check_built_from

check_built_from(RUSK_TABLE, "rusk._run")
