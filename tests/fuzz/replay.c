/*
 * replay.c - run a fuzz target over files, without a fuzzer.
 *
 *   replay_nifti FILE|FOLDER...
 *
 * Each file is given to the target as it is, then with some of its bytes changed and
 * its end cut off: a few hundred damaged inputs that are the same in every run.  A
 * target ends the process when something is wrong, so exit status 0 is the verdict.  A
 * folder without files is a failure: nothing would have been tested.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/rng.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { DAMAGED = 64 }; /* inputs made from each file */

static const size_t LIMIT = (size_t)1024 * 1024;

/* An exact copy, so that a sanitizer sees one byte read too many: malloc, since the
 * blocks of mem_alloc end on a multiple of their alignment. */
static bool run(const uint8_t *data, size_t size, struct err *err)
{
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy)
        return ERR_FAIL(err, ERR_NOMEM, "out of memory");
    memcpy(copy, data, size);
    (void)LLVMFuzzerTestOneInput(copy, size);
    free(copy);
    return true;
}

static bool run_damaged(struct bytes *b, uint64_t number, struct err *err)
{
    struct rng r = rng_make(1, number, b->size);
    size_t at[4];
    uint8_t was[4];

    if (b->size == 0)
        return true;
    for (size_t n = 0; n < 4; n++) {
        /* Headers are short and decide most, so half of the damage goes there. */
        const size_t reach = n % 2 == 0 && b->size > 600 ? 600 : b->size;
        at[n] = rng_below(&r, (uint32_t)reach);
        was[n] = b->data[at[n]];
        b->data[at[n]] = (uint8_t)rng_below(&r, 256);
    }
    const size_t size = number % 4 == 0 ? rng_below(&r, (uint32_t)b->size) : b->size;
    const bool ok = run(b->data, size, err);
    for (size_t n = 4; n-- > 0;) /* backwards: one place may have been hit twice */
        b->data[at[n]] = was[n];
    return ok;
}

static bool replay_file(const char *path, struct err *err)
{
    struct bytes b = {0};

    if (!file_read(path, LIMIT, &b, err))
        return false;
    bool ok = run(b.data, b.size, err);
    for (uint64_t n = 0; ok && n < DAMAGED; n++)
        ok = run_damaged(&b, n, err);
    bytes_clear(&b);
    return ok;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static bool replay_folder(const char *path, int *files, struct err *err)
{
    struct dirent **entry = NULL;
    bool ok = true;
    const int n = scandir(path, &entry, is_visible, alphasort);

    if (n <= 0)
        ok = ERR_FAIL(err, ERR_IO, "%s: no files to replay", path);
    for (int i = 0; i < n; i++) {
        char *file = ok ? file_join(path, entry[i]->d_name, err) : NULL;
        ok = file && replay_file(file, err);
        *files += ok;
        mem_free(file);
        free(entry[i]); /* scandir's own */
    }
    free(entry);
    return ok;
}

int main(int argc, char **argv)
{
    struct err err = {0};
    int files = 0;
    bool ok = argc > 1;

    if (!ok)
        err_record(&err, ERR_ARG, "usage: replay FILE|FOLDER...");
    for (int a = 1; ok && a < argc; a++) {
        if (file_is_dir(argv[a])) {
            ok = replay_folder(argv[a], &files, &err);
        } else {
            ok = replay_file(argv[a], &err);
            files += ok;
        }
    }
    if (!ok) {
        (void)fprintf(stderr, "replay: %s\n", err.msg);
        return 1;
    }
    printf("replayed %d files, each as it is and damaged in %d ways\n", files,
           (int)DAMAGED);
    return 0;
}
