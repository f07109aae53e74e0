/* The C library's reader of numbers, which is right for every input and needs no GIL; always with a decimal point, whatever the locale of the process. */
#ifndef RUSK_STRTOD_H
#define RUSK_STRTOD_H

#if defined(_WIN32)
#include <stdlib.h>
#include <locale.h>
typedef _locale_t rusk_locale;
#define rusk_c_locale() _create_locale(LC_ALL, "C")
#define rusk_strtod_in(text, where) _strtod_l(text, NULL, where)
#else
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdlib.h>
#include <locale.h>
#if defined(__APPLE__) || defined(__FreeBSD__)
#include <xlocale.h>
#endif
typedef locale_t rusk_locale;
#define rusk_c_locale() newlocale(LC_ALL_MASK, "C", (locale_t)0)
#define rusk_strtod_in(text, where) strtod_l(text, NULL, where)
#endif

/* Called once before any thread reads a number: when the module is imported. */
static rusk_locale rusk_number_locale;
static void rusk_strtod_init(void) { rusk_number_locale = rusk_c_locale(); }
static double rusk_strtod(const char *text) { return rusk_strtod_in(text, rusk_number_locale); }

#endif
