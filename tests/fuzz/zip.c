/*
 * zip.c - any bytes as a zip archive: refused with a reason, or files no larger than
 * the limits let them be.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dicom/inflate.h"
#include "dicom/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As in dicom.c: an archive of this size may ask for no more. */
const char *__asan_default_options(void); /* NOLINT: the sanitizer's name */
const char *__asan_default_options(void)  /* NOLINT */
{
    return "max_allocation_size_mb=128";
}

enum { MAX_READ = 4 };

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void look_at(const char *path, size_t size)
{
    struct dicom_zip *z = NULL;
    struct err err = {0};

    if (!dicom_zip_open(path, &z, &err)) {
        check(err.code != ERR_NONE && err.msg[0] && !z);
        return;
    }
    check(dicom_zip_count(z) <= DICOM_ZIP_MAX_FILES);
    for (size_t i = 0; i <= dicom_zip_count(z) && i < MAX_READ; i++) {
        struct bytes b = {0};
        err = (struct err){0};
        if (dicom_zip_read(z, i, &b, &err))
            check(dicom_zip_is_file(z, i) && b.size <= dicom_inflate_limit(size));
        else
            check(err.code != ERR_NONE && err.msg[0] && !b.data);
        bytes_clear(&b);
    }
    dicom_zip_close(z);
}

/* A file that has no name. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const int fd = memfd_create("zip", MFD_CLOEXEC);
    char path[32];

    check(fd >= 0);
    check(size == 0 || write(fd, data, size) == (ssize_t)size);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    look_at(path, size);
    (void)close(fd);
    return 0;
}
