/*
 * banned.h - calls that this program never makes, as compile errors.
 *
 * Why:    each of these overruns a buffer, hides an error, or keeps state that threads
 *         share.  A rule that the compiler knows needs no reviewer.
 * Layer:  base.  The build includes it in front of every C file (meson.build); nobody
 *         includes it by hand.
 * Tests:  tests/tools/banned.sh (each name is refused; the replacements compile),
 *         tests/tools/symbols.sh (rand and srand)
 *
 * Instead of                        use
 *     strcpy strcat sprintf vsprintf    snprintf, vsnprintf, mem_strdup
 *     strncpy                           snprintf, or memcpy with a checked length
 *     gets                              file_read
 *     strtok                            strchr, strcspn
 *     atoi atol atof                    strtol, strtod, with the end and errno checked
 *     gmtime localtime                  gmtime_r, localtime_r
 *     rand srand                        rng_make and its streams
 *
 * rand and srand are not poisoned, since OpenSSL's headers name parameters so; the
 * check of the library's symbols finds them.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

/* The headers that declare them come first: poison strikes declarations as well. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat sprintf vsprintf strncpy gets strtok
#pragma GCC poison atoi atol atof gmtime localtime

#endif
