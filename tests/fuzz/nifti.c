/*
 * nifti.c - any bytes as a NIfTI file: refused with a reason, or an image that keeps
 * the promises of image.h.
 */
#include <math.h>
#include <stdlib.h>

#include "image/nifti.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct image image = {0};
    struct nifti_info info = {0};
    struct err err = {0};

    if (!nifti_parse_image(data, size, &image, &info, &err)) {
        check(err.code != ERR_NONE && err.msg[0] && !image.vox);
        return 0;
    }
    check(grid_check(&image.grid, &err));
    check(info.version == 1 || info.version == 2);
    check(info.orientation >= 1 && info.orientation <= 3);
    const size_t n = grid_voxels(&image.grid);
    for (size_t v = 0; v < n; v++)
        check(isfinite(image.vox[v]));
    (void)image_looks_like_labels(&image);
    image_clear(&image);
    return 0;
}
