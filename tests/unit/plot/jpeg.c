/* jpeg: the library's own decoder gets back nearly what was written. */
#include "testing.h"

#include <turbojpeg.h>

#include "base/mem.h"
#include "plot/jpeg.h"

enum { WIDTH = 61, HEIGHT = 43, COUNT = WIDTH * HEIGHT };

/* A heart's greys: smooth, with one edge. */
static void draw(uint8_t level[static COUNT])
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            const double wave = 40.0 * sin(0.21 * x) * cos(0.17 * y);
            level[y * WIDTH + x] = (uint8_t)lround(wave + (x < y ? 70.0 : 180.0));
        }
}

static void reads_back(void **state)
{
    (void)state;
    uint8_t level[COUNT], back[COUNT] = {0};
    struct bytes jpeg = {0}, again = {0};
    struct err err = {0};
    int width = 0, height = 0, sampling = -1, space = -1, most = 0, sum = 0;

    draw(level);
    assert_ok(plot_jpeg_encode(level, WIDTH, HEIGHT, 92, &jpeg, &err), err);
    assert_ok(plot_jpeg_encode(level, WIDTH, HEIGHT, 92, &again, &err), err);
    assert_int_equal(jpeg.size, again.size);
    assert_memory_equal(jpeg.data, again.data, jpeg.size);
    assert_true(jpeg.size < COUNT);

    tjhandle decoder = tjInitDecompress();
    assert_non_null(decoder);
    assert_int_equal(tjDecompressHeader3(decoder, jpeg.data, jpeg.size, &width, &height,
                                         &sampling, &space),
                     0);
    assert_true(width == WIDTH && height == HEIGHT);
    assert_int_equal(space, TJCS_GRAY);
    assert_int_equal(tjDecompress2(decoder, jpeg.data, jpeg.size, back, WIDTH, 0,
                                   HEIGHT, TJPF_GRAY, 0),
                     0);
    for (int i = 0; i < COUNT; i++) {
        const int off = abs(back[i] - level[i]);
        most = off > most ? off : most;
        sum += off;
    }
    assert_true(most <= 12);
    assert_true(sum < 2 * COUNT);
    assert_int_equal(tjDestroy(decoder), 0);
    bytes_clear(&jpeg);
    bytes_clear(&again);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    uint8_t level[COUNT] = {0};
    struct bytes jpeg = {0};
    struct err err = {0};

    assert_refused(plot_jpeg_encode(level, 0, HEIGHT, 92, &jpeg, &err), err, ERR_ARG,
                   "0 x 43");
    assert_refused(plot_jpeg_encode(level, 65501, 1, 92, &jpeg, &err), err, ERR_ARG,
                   "65501");
    assert_refused(plot_jpeg_encode(level, WIDTH, HEIGHT, 0, &jpeg, &err), err, ERR_ARG,
                   "quality 0");
    assert_refused(plot_jpeg_encode(level, WIDTH, HEIGHT, 101, &jpeg, &err), err,
                   ERR_ARG, "quality 101");
    assert_refused(plot_jpeg_encode(NULL, WIDTH, HEIGHT, 92, &jpeg, &err), err, ERR_ARG,
                   "JPEG");
    assert_null(jpeg.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_back),
        cmocka_unit_test(what_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
