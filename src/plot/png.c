#include "plot/png.h"

#include <errno.h>
#include <png.h>
#include <setjmp.h>

#include "base/file.h"
#include "base/mem.h"

void plot_raster_clear(struct plot_raster *raster)
{
    mem_free(raster->index);
    *raster = (struct plot_raster){0};
}

/* deflate's third strategy searches for runs of one byte only: on tiles of noise it is
 * as fast as the default and 5 % smaller.  Higher levels double the time for 5 % more.
 */
enum { DEFLATE_RLE = 3, DEFLATE_LEVEL = 1 };

struct sink {
    FILE *stream;
    struct err *err;
};

static void on_error(png_structp png, png_const_charp text)
{
    struct sink *sink = png_get_error_ptr(png);

    /* a failed write has recorded its cause already; the first one wins */
    err_record(sink->err, ERR_NOMEM, "PNG: %s", text);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

static void on_write(png_structp png, png_bytep data, png_size_t size)
{
    struct sink *sink = png_get_io_ptr(png);

    errno = 0;
    if (fwrite(data, 1, size, sink->stream) != size) {
        err_record(sink->err, ERR_IO, "cannot write: %s",
                   errno != 0 ? file_cause(errno) : "the stream is closed");
        png_error(png, "write");
    }
}

static void on_flush(png_structp png)
{
    (void)png;
}

/* Everything that may jump, without a variable that the jump could spoil. */
static void encode(png_structp png, png_infop info, const struct plot_raster *r)
{
    png_color palette[256];

    for (int c = 0; c < r->colours; c++)
        palette[c] = (png_color){r->palette[c][0], r->palette[c][1], r->palette[c][2]};
    png_set_IHDR(png, info, (png_uint_32)r->width, (png_uint_32)r->height, 8,
                 PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_BASE,
                 PNG_FILTER_TYPE_BASE);
    png_set_PLTE(png, info, palette, r->colours);
    png_set_compression_level(png, DEFLATE_LEVEL);
    png_set_compression_strategy(png, DEFLATE_RLE);
    png_set_compression_buffer_size(png, 1u << 18);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_UP);
    png_write_info(png, info);
    for (int32_t y = 0; y < r->height; y++)
        png_write_row(png, r->index + (size_t)y * (size_t)r->width);
    png_write_end(png, info);
}

bool plot_png_write(const struct plot_raster *raster, FILE *stream, struct err *err)
{
    struct err mine = {0};
    struct sink sink = {stream, &mine};
    png_structp png = NULL;
    png_infop info = NULL;
    volatile bool ok = false;

    if (raster->index == NULL || raster->width < 1 || raster->height < 1 ||
        (int64_t)raster->width * raster->height > PLOT_MAX_PIXELS)
        return ERR_FAIL(err, ERR_ARG, "PNG: cannot hold %d x %d pixels",
                        (int)raster->width, (int)raster->height);
    if (raster->colours < 1 || raster->colours > 256)
        return ERR_FAIL(err, ERR_ARG, "PNG: a palette of %d colours", raster->colours);

    png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &sink, on_error, on_warning);
    info = png != NULL ? png_create_info_struct(png) : NULL;
    if (info == NULL) {
        err_record(&mine, ERR_NOMEM, "PNG: no memory");
    } else if (setjmp(png_jmpbuf(png)) == 0) {
        png_set_write_fn(png, &sink, on_write, on_flush);
        encode(png, info, raster);
        ok = true;
    }
    png_destroy_write_struct(&png, &info);
    if (!ok)
        return ERR_FAIL(err, mine.code, "%s", mine.msg);
    return true;
}
