#include "report/overlay.h"

#include "base/file.h"
#include "report/scene.h"

enum { TILE_PX = 256, SMALL_TILE_PX = 128, MANY_TILES = 128 };

static bool write_png(const char *path, const struct plot_raster *raster,
                      struct err *err)
{
    struct file_writer writer = {0};
    bool ok = false;

    if (!file_writer_open(path, &writer, err))
        return false;
    if (!plot_png_write(raster, writer.stream, err)) {
        err_prefix(err, "%s", path);
        goto done;
    }
    ok = file_writer_commit(&writer, err);
done:
    file_writer_abort(&writer);
    return ok;
}

bool report_overlay_write(const char *path, const struct overlay *overlay,
                          struct err *err)
{
    struct report_scene scene = {0};
    struct plot_raster raster = {0};
    bool ok = false;

    if (!report_scene_build(overlay, &scene, err))
        return false;
    scene.montage.tile_px = scene.tiles > MANY_TILES ? SMALL_TILE_PX : TILE_PX;
    if (!plot_montage_draw(&scene.montage, &raster, err)) {
        err_prefix(err, "%s", path);
        goto done;
    }
    ok = write_png(path, &raster, err);
done:
    plot_raster_clear(&raster);
    report_scene_clear(&scene);
    return ok;
}
