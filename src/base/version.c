#include "base/version.h"

/* Both are written by the build: the first when it is configured, the second whenever
 * the commit has changed.  They are included here alone, so that a new commit compiles
 * one file again and not all of them. */
#include "version_build.h"
#include "version_commit.h"

const char *version_number(void)
{
    return VERSION_NUMBER;
}

const char *version_commit(void)
{
    return VERSION_COMMIT;
}

const char *version_compiler(void)
{
    return VERSION_COMPILER;
}

const char *version_flags(void)
{
    return VERSION_FLAGS;
}
