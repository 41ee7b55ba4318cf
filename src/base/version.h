/*
 * version.h - which program this is, for `--version` and for every result.
 *
 * Layer:  base.
 * Thread: safe; the strings are constants of the program.
 * Tests:  tests/unit/base/version.c
 */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#include "base/attr.h"

C_API_BEGIN

/** "0.1.0": the version in meson.build. */
const char *version_number(void);

/** What `git describe --always --dirty` said when this was built ("1a2b3c4d5e6f",
 *  with "-dirty" after it if the tree had changes); "unknown" outside a repository. */
const char *version_commit(void);

/** "gcc 12.2.0": what compiled this. */
const char *version_compiler(void);

/** "release, optimization 3, -ffp-contract=off ...": how. */
const char *version_flags(void);

C_API_END

#endif
