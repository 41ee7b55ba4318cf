/* make_zip.h - zip archives for tests, by libzip. */
#ifndef MAKE_ZIP_H
#define MAKE_ZIP_H

#include "testing.h"

#include <zip.h>

struct packed {
    const char *name; /* with a final slash: a folder */
    const void *data;
    size_t size;
    bool store;
    const char *password;
};

static inline void make_zip(const char *path, const struct packed *file, size_t count)
{
    int code = 0;
    zip_t *z = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);

    assert_non_null(z);
    for (size_t i = 0; i < count; i++) {
        const struct packed *f = &file[i];
        if (f->name[strlen(f->name) - 1] == '/') {
            assert_true(zip_dir_add(z, f->name, ZIP_FL_ENC_UTF_8) >= 0);
            continue;
        }
        zip_source_t *s = zip_source_buffer(z, f->data, f->size, 0);
        assert_non_null(s);
        const zip_int64_t at = zip_file_add(z, f->name, s, ZIP_FL_ENC_UTF_8);
        assert_true(at >= 0);
        assert_int_equal(
            zip_set_file_compression(z, (zip_uint64_t)at,
                                     f->store ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 9),
            0);
        if (f->password)
            assert_int_equal(zip_file_set_encryption(z, (zip_uint64_t)at,
                                                     ZIP_EM_AES_256, f->password),
                             0);
    }
    assert_int_equal(zip_close(z), 0);
}

#endif
