/* png: another reader (libpng's simplified one) gets back what was written. */
#include "testing.h"

#include <errno.h>
#include <png.h>

#include "base/mem.h"
#include "base/rng.h"
#include "plot/png.h"

enum { WIDTH = 37, HEIGHT = 23 };

static struct plot_raster make_raster(int colours)
{
    struct plot_raster r = {.width = WIDTH, .height = HEIGHT, .colours = colours};
    struct rng g = rng_make(5, 1, 2);

    r.index = mem_alloc(WIDTH * HEIGHT, 1, NULL);
    assert_non_null(r.index);
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        r.index[i] = (uint8_t)rng_below(&g, (uint32_t)colours);
    for (int c = 0; c < colours; c++) {
        for (int a = 0; a < 3; a++)
            r.palette[c][a] = (uint8_t)rng_below(&g, 256);
    }
    return r;
}

static size_t encode(const struct plot_raster *r, char **text)
{
    size_t size = 0;
    FILE *f = open_memstream(text, &size);

    assert_non_null(f);
    assert_true(plot_png_write(r, f, NULL));
    assert_int_equal(fclose(f), 0);
    return size;
}

static void reads_back(void **state)
{
    (void)state;
    for (int colours = 1; colours <= 256; colours += 51) {
        struct plot_raster r = make_raster(colours);
        png_image image = {.version = PNG_IMAGE_VERSION};
        uint8_t rgb[WIDTH * HEIGHT * 3];
        char *bytes = NULL;
        const size_t size = encode(&r, &bytes);

        assert_true(png_image_begin_read_from_memory(&image, bytes, size));
        assert_int_equal(image.width, WIDTH);
        assert_int_equal(image.height, HEIGHT);
        image.format = PNG_FORMAT_RGB;
        assert_true(png_image_finish_read(&image, NULL, rgb, 0, NULL));
        for (int i = 0; i < WIDTH * HEIGHT; i++)
            assert_memory_equal(&rgb[3 * i], r.palette[r.index[i]], 3);
        free(bytes);
        plot_raster_clear(&r);
        assert_null(r.index);
    }
}

static void same_bytes_again(void **state)
{
    (void)state;
    struct plot_raster r = make_raster(200);
    char *a = NULL, *b = NULL;
    const size_t n = encode(&r, &a);

    assert_int_equal(encode(&r, &b), n);
    assert_memory_equal(a, b, n);
    free(a);
    free(b);
    plot_raster_clear(&r);
}

/* A stream on a disk that is full. */
static ssize_t no_space(void *cookie, const char *data, size_t size)
{
    (void)cookie;
    (void)data;
    (void)size;
    errno = ENOSPC;
    return 0;
}

static FILE *open_full(void)
{
    FILE *f = fopencookie(NULL, "w", (cookie_io_functions_t){.write = no_space});
    assert_non_null(f);
    (void)setvbuf(f, NULL, _IONBF, 0);
    return f;
}

static void full_disk_is_reported(void **state)
{
    (void)state;
    struct plot_raster r = make_raster(256);
    struct err err = {0};
    FILE *f = open_full();

    assert_refused(plot_png_write(&r, f, &err), err, ERR_IO, "No space left");
    (void)fclose(f);
    plot_raster_clear(&r);
}

static void absurd_rasters_are_refused(void **state)
{
    (void)state;
    struct plot_raster r = make_raster(16);
    struct err err = {0};

    r.colours = 0;
    assert_refused(plot_png_write(&r, stdout, &err), err, ERR_ARG, "0 colours");
    r.colours = 257;
    assert_refused(plot_png_write(&r, stdout, &err), err, ERR_ARG, "257 colours");
    r.colours = 16;
    r.width = 0;
    assert_refused(plot_png_write(&r, stdout, &err), err, ERR_ARG, "0 x 23");
    r.width = 100000;
    r.height = 100000;
    assert_refused(plot_png_write(&r, stdout, &err), err, ERR_ARG, "100000");
    plot_raster_clear(&r);
    assert_refused(plot_png_write(&r, stdout, &err), err, ERR_ARG, "0 x 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_back),
        cmocka_unit_test(same_bytes_again),
        cmocka_unit_test(full_disk_is_reported),
        cmocka_unit_test(absurd_rasters_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
