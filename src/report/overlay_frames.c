#include "report/overlay_frames.h"

#include <string.h>

#include "base/mem.h"
#include "report/scene.h"

enum { TILE_PX = 384 };

void report_frames_clear(struct report_frames *frames)
{
    mem_free(frames->rgb);
    *frames = (struct report_frames){0};
}

static size_t frame_bytes(const struct report_frames *f)
{
    return 3U * (size_t)f->rows * (size_t)f->columns;
}

/* The raster's colours as frame `k`; the first gives the size of all. */
static bool put_frame(const struct plot_raster *raster, int32_t k,
                      struct report_frames *f, struct err *err)
{
    if (!f->rgb) {
        f->columns = raster->width;
        f->rows = raster->height;
        f->rgb = mem_alloc((size_t)f->count, frame_bytes(f), err);
        if (!f->rgb)
            return false;
    }
    uint8_t *to = f->rgb + (size_t)k * frame_bytes(f);
    for (size_t p = 0; p < frame_bytes(f) / 3; p++, to += 3)
        memcpy(to, raster->palette[raster->index[p]], 3);
    return true;
}

bool report_overlay_frames(const struct overlay *overlay, struct report_frames *out,
                           struct err *err)
{
    struct report_scene scene = {0};
    struct report_frames f = {0};
    bool ok = false;

    if (overlay->readings != 1)
        return ERR_FAIL(err, ERR_ARG, "pictures of slices show one reading, not %d",
                        overlay->readings);
    if (!report_scene_build(overlay, &scene, err))
        return false;
    f.count = scene.montage.slices;
    for (int32_t k = 0; k < f.count; k++) {
        struct plot_montage one = scene.montage;
        struct plot_raster raster = {0};
        one.tile = &scene.montage.tile[k];
        one.slices = 1;
        one.tile_px = TILE_PX;
        if (!plot_montage_draw(&one, &raster, err))
            goto done;
        const bool put = put_frame(&raster, k, &f, err);
        plot_raster_clear(&raster);
        if (!put)
            goto done;
    }
    *out = f;
    f = (struct report_frames){0}; /* moved */
    ok = true;
done:
    report_frames_clear(&f);
    report_scene_clear(&scene);
    return ok;
}
