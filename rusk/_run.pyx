# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, freethreading_compatible=True
"""The interpreter loop."""

cdef extern from *:
    """
    #define COUNTING 0
    """

include "_loop_copies.pxi"     # rusk/_loop.pxi, see setup.py
