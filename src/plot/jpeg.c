#include "plot/jpeg.h"

#include <turbojpeg.h>

#include "base/mem.h"

/* The format's own limit is 65535; the library stops there. */
enum { MOST_SIDE = 65500 };

bool plot_jpeg_encode(const uint8_t *level, int32_t width, int32_t height, int quality,
                      struct bytes *out, struct err *err)
{
    unsigned char *data = NULL;
    unsigned long size = 0;
    bool ok = false;

    if (level == NULL || width < 1 || height < 1 || width > MOST_SIDE ||
        height > MOST_SIDE || quality < 1 || quality > 100)
        return ERR_FAIL(err, ERR_ARG, "JPEG: %d x %d pixels at quality %d", (int)width,
                        (int)height, quality);
    tjhandle encoder = tjInitCompress();
    if (encoder == NULL)
        return ERR_FAIL(err, ERR_NOMEM, "JPEG: no memory");
    size = tjBufSize(width, height, TJSAMP_GRAY);
    data = mem_alloc(size, 1, err);
    if (data == NULL)
        goto done;
    /* TJFLAG_NOREALLOC: the buffer holds the worst case, and stays ours */
    if (tjCompress2(encoder, level, width, 0, height, TJPF_GRAY, &data, &size,
                    TJSAMP_GRAY, quality, TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT) != 0) {
        err_record(err, ERR_NOMEM, "JPEG: %s", tjGetErrorStr2(encoder));
        goto done;
    }
    *out = (struct bytes){data, size};
    data = NULL;
    ok = true;
done:
    (void)tjDestroy(encoder);
    mem_free(data);
    return ok;
}
