/* pixels: voxel-exact in every transfer syntax that the tools here can make. */
#include "make_dicom.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/rng.h"
#include "dicom/object.h"

enum { ROWS = 37, COLUMNS = 50, FRAMES = 3 };

static char scratch[64];

/* What a file decodes to; [frames][rows][columns] in values. */
struct decoded {
    struct bytes file;
    struct dicom_parsed *parsed;
    struct dicom_object object;
    float *value;
};

static void decoded_clear(struct decoded *d)
{
    dicom_object_close(d->parsed);
    bytes_clear(&d->file);
    mem_free(d->value);
    *d = (struct decoded){0};
}

static bool decode(const char *path, struct decoded *d, struct err *err)
{
    if (!file_read(path, (size_t)1 << 26, &d->file, err) ||
        !dicom_object_open(d->file.data, d->file.size, true, &d->parsed, err) ||
        !dicom_object_head(d->parsed, &d->object, err))
        return false;
    const struct dicom_instance *i = &d->object.instance;
    const size_t plane = (size_t)i->rows * (size_t)i->columns;
    d->value = mem_alloc(plane * (size_t)i->frames, sizeof *d->value, err);
    bool ok = d->value != NULL;
    /* from the last to the first: frames can be asked for in any order */
    for (int32_t f = i->frames; ok && f-- > 0;)
        ok = dicom_object_decode(d->parsed, f, d->value + plane * (size_t)f, err);
    return ok;
}

/* Run a program with its output hidden; is it there, and did it do its work? */
static bool tool(const char *command, const char *from, const char *to)
{
    const bool grok = strncmp(command, "grk", 3) == 0;
    char line[512];

    (void)snprintf(line, sizeof line, "%s%s '%s/%s'%s '%s/%s' >/dev/null 2>&1", command,
                   grok ? " -i" : "", scratch, from, grok ? " -o" : "", scratch, to);
    return system(line) == 0; /* NOLINT(cert-env33-c): the test's own words */
}

static const char *in_scratch(const char *name, char path[128])
{
    (void)snprintf(path, 128, "%s/%s", scratch, name);
    return path;
}

/* A smooth picture with noise over the whole range of the stored bits. */
static void fill(uint16_t *pixel, size_t n, const struct made *m, uint64_t seed)
{
    struct rng r = rng_make(seed, 0, 7);
    const unsigned bits = (unsigned)m->bits_stored, mask = (1u << bits) - 1u;

    for (size_t i = 0; i < n; i++)
        pixel[i] = (uint16_t)(((i * 11) + rng_below(&r, mask / 4 + 1)) & mask);
    pixel[0] = 0;
    pixel[1] = (uint16_t)mask;
    pixel[2] = (uint16_t)(mask / 2 + 1); /* the smallest where numbers have a sign */
    if (m->signed_pixels) /* files extend the sign over all bits allocated */
        for (size_t i = 0; i < n; i++)
            if ((unsigned)pixel[i] >> (bits - 1) & 1u)
                pixel[i] = (uint16_t)(pixel[i] | ~mask);
}

/* The stored number that 16 bits in the file stand for. */
static float stored(const struct made *m, uint16_t raw)
{
    return m->signed_pixels ? (float)(int16_t)raw : (float)raw;
}

static const struct {
    const char *command, *syntax;
} makers[] = {
    {"dcmconv +ti", "1.2.840.10008.1.2"},
    {"dcmconv +tb", "1.2.840.10008.1.2.2"},
    {"dcmconv +td", "1.2.840.10008.1.2.1.99"},
    {"dcmcrle", "1.2.840.10008.1.2.5"},
    {"dcmcjpeg +el", "1.2.840.10008.1.2.4.57"},
    {"dcmcjpeg +e1", "1.2.840.10008.1.2.4.70"},
    {"dcmcjpls +el", "1.2.840.10008.1.2.4.80"},
    {"gdcmconv --jpegls", "1.2.840.10008.1.2.4.80"},
    {"gdcmconv --j2k", "1.2.840.10008.1.2.4.90"},
    {"gdcmconv --rle", "1.2.840.10008.1.2.5"},
};

/* "coded.dcm" has this syntax and the voxels that went in. */
static void check_coded(const struct made *m, const uint16_t *pixel, size_t n,
                        const char *how, const char *syntax)
{
    struct decoded d = {0};
    struct err err = {0};
    char path[128];

    assert_ok(decode(in_scratch("coded.dcm", path), &d, &err), err);
    if (strcmp(d.object.instance.transfer_syntax, syntax) != 0)
        fail_msg("%s made %s", how, d.object.instance.transfer_syntax);
    for (size_t v = 0; v < n; v++)
        if (d.value[v] != stored(m, pixel[v]))
            fail_msg("%s, %d bits%s: voxel %zu is %g, not %g", how, m->bits_stored,
                     m->signed_pixels ? " with sign" : "", v, (double)d.value[v],
                     (double)stored(m, pixel[v]));
    decoded_clear(&d);
}

/* Append a frame's codestream to the pixels of a file. */
static void put_piece(FILE *f, const char *path)
{
    struct bytes b = {0};
    struct err err = {0};

    assert_ok(file_read(path, 1 << 20, &b, &err), err);
    made_tag(f, 0xfffe, 0xe000, "");
    made_u32(f, (unsigned)(b.size + b.size % 2));
    assert_int_equal(fwrite(b.data, 1, b.size, f), b.size);
    if (b.size % 2)
        (void)fputc(0, f);
    bytes_clear(&b);
}

/* High-throughput JPEG 2000, which neither DCMTK nor GDCM writes: "coded.dcm" from what
 * Grok's program makes of each frame. */
static bool code_htj2k(const struct made *m, const uint16_t *pixel, const char *how,
                       const char *syntax)
{
    struct made bare = *m;
    char path[128], command[256];
    FILE *f;

    bare.syntax = syntax;
    bare.pixels = NULL;
    assert_non_null(f = fopen(in_scratch("coded.dcm", path), "wb"));
    made_write_to(f, &bare);
    made_long(f, 0x7fe0, 0x0010, "OB", 0xffffffffu);
    made_tag(f, 0xfffe, 0xe000, "");
    made_u32(f, 0);
    (void)snprintf(command, sizeof command, "%s -F %d,%d,1,%d,%c", how, COLUMNS, ROWS,
                   m->bits_stored, m->signed_pixels ? 's' : 'u');
    bool ok = true;
    for (int k = 0; ok && k < (m->frames ? m->frames : 1); k++) {
        FILE *raw = fopen(in_scratch("plain.rawl", path), "wb");
        assert_non_null(raw);
        for (int v = 0; v < ROWS * COLUMNS; v++)
            if (m->bits_allocated == 16)
                made_u16(raw, pixel[k * ROWS * COLUMNS + v]);
            else
                (void)fputc(pixel[k * ROWS * COLUMNS + v], raw);
        assert_int_equal(fclose(raw), 0);
        ok = tool(command, "plain.rawl", "coded.j2k");
        if (ok)
            put_piece(f, in_scratch("coded.j2k", path));
    }
    made_end(f);
    assert_int_equal(fclose(f), 0);
    return ok;
}

static const struct {
    const char *command, *syntax;
} ht_makers[] = {
    {"grk_compress -M 64", "1.2.840.10008.1.2.4.201"},
    {"grk_compress -M 64 -p RPCL -n 4", "1.2.840.10008.1.2.4.202"},
    {"grk_compress -M 64 -t 32,16", "1.2.840.10008.1.2.4.203"}, /* lossless tiles */
};

/* Decode one file of each syntax and compare with what went in. */
static int compare_all(const struct made *m, const uint16_t *pixel, size_t n)
{
    const bool all = m->bits_stored == 12 && !m->signed_pixels;
    const size_t count = ARRAY_LEN(makers) + (all ? ARRAY_LEN(ht_makers) : 1);
    int made = 0;

    for (size_t t = 0; t < count; t++) {
        const size_t h = t - ARRAY_LEN(makers);
        const bool other = t < ARRAY_LEN(makers);
        const char *command = other ? makers[t].command : ht_makers[h].command,
                   *syntax = other ? makers[t].syntax : ht_makers[h].syntax;
        if (other ? tool(command, "plain.dcm", "coded.dcm")
                  : code_htj2k(m, pixel, command, syntax)) {
            check_coded(m, pixel, n, command, syntax);
            made++;
        } else {
            printf("# not made by this machine: %s, %d bits%s\n", command,
                   m->bits_stored, m->signed_pixels ? " with sign" : "");
        }
    }
    return made;
}

static void every_syntax_is_exact(void **state)
{
    (void)state;
    static const struct {
        int allocated, bits;
        bool with_sign;
    } kinds[] = {{16, 12, false}, {16, 16, false}, {16, 16, true},
                 {16, 12, true},  {8, 8, false},   {16, 10, false}};
    static const double at[FRAMES][3] = {{0, 0, 0}, {0, 0, 8}, {0, 0, 16}};
    uint16_t pixel[FRAMES * ROWS * COLUMNS];
    char path[128];
    int made = 0;

    for (size_t k = 0; k < ARRAY_LEN(kinds) && (k < 2 || !testing_slow_machine()); k++)
        for (int frames = 0; frames <= FRAMES; frames += FRAMES) {
            struct made m = made_default();
            struct decoded d = {0};
            struct err err = {0};
            const size_t n = (size_t)(frames ? frames : 1) * ROWS * COLUMNS;
            m.rows = ROWS;
            m.columns = COLUMNS;
            m.bits_allocated = kinds[k].allocated;
            m.bits_stored = kinds[k].bits;
            m.signed_pixels = kinds[k].with_sign;
            m.pixels = pixel;
            if (frames) {
                m.sop_class = ENHANCED_MR_CLASS;
                m.frames = frames;
                m.frame_position = at;
            }
            fill(pixel, n, &m, k);
            made_write(in_scratch("plain.dcm", path), &m);
            assert_ok(decode(path, &d, &err), err);
            for (size_t v = 0; v < n; v++)
                assert_true(d.value[v] == stored(&m, pixel[v]));
            decoded_clear(&d);
            made += compare_all(&m, pixel, n);
        }
    printf("# %d files made by other programs, all exact\n", made);
}

static void values_are_rescaled(void **state)
{
    (void)state;
    uint16_t pixel[35];
    struct made m = made_default();
    struct decoded d = {0};
    struct err err = {0};
    char path[128];

    m.pixels = pixel;
    m.slope = 0.25;
    m.intercept = -100.0;
    fill(pixel, 35, &m, 3);
    made_write(in_scratch("scaled.dcm", path), &m);
    assert_ok(decode(path, &d, &err), err);
    for (size_t v = 0; v < 35; v++)
        assert_near((double)d.value[v], 0.25 * pixel[v] - 100.0, 1e-4);
    decoded_clear(&d);
}

static void assert_nothing_but_padding(void)
{
    uint16_t pixel[35] = {0};
    const int zero = 0;
    struct made m = made_default();
    struct decoded d = {0};
    struct err err = {0};
    char path[128];
    m.pixels = pixel;
    m.padding = &zero;
    m.paddings = 1;
    made_write(in_scratch("empty.dcm", path), &m);
    assert_ok(decode(path, &d, &err), err);
    for (int v = 0; v < 35; v++)
        assert_true(d.value[v] == 0.0f);
    decoded_clear(&d);
}

/* What stands for no pixel becomes the darkest one, if it lies beyond the others. */
static void padding_is_dark(void **state)
{
    (void)state;
    enum { N = 35 };
    static const struct {
        bool has_sign;
        int padding[2], paddings, put[2]; /* what stands at the first two pixels */
        bool filled;
    } cases[] = {
        {true, {-2000}, 1, {-2000, -2000}, true},
        {false, {4000}, 1, {4000, 4000}, true},
        {false, {0}, 1, {0, 0}, true},
        {true, {-2000, -1990}, 2, {-2000, -1995}, true},
        {true, {-1990, -2000}, 2, {-2000, -1995}, true},
        {true, {-2000}, 1, {-2000, -1995}, false}, /* one is no padding, and less */
        {false, {200}, 1, {200, 200}, false},      /* among the others */
        {true, {-2000}, 0, {-2000, -2000}, false}, /* not told */
    };
    for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
        uint16_t pixel[N];
        struct made m = made_default();
        struct decoded d = {0};
        struct err err = {0};
        char path[128];
        for (int v = 0; v < N; v++)
            pixel[v] = (uint16_t)(v < 2 ? cases[c].put[v] : 100 + 9 * v);
        for (int v = 0; v < 2; v++)
            pixel[v] &= 0xfff;
        m.pixels = pixel;
        m.signed_pixels = cases[c].has_sign;
        m.padding = cases[c].padding;
        m.paddings = cases[c].paddings;
        m.slope = 0.5;
        m.intercept = 10.0;
        made_write(in_scratch("padded.dcm", path), &m);
        assert_ok(decode(path, &d, &err), err);
        for (int v = 0; v < N; v++) {
            const bool first = c == 5 && v == 0; /* less than the least other */
            const double want = v >= 2            ? 100 + 9 * v
                                : cases[c].filled ? 100 + 9 * 2
                                : first           ? -1995
                                                  : cases[c].put[v];
            assert_near((double)d.value[v], 0.5 * want + 10.0, 1e-4);
        }
        decoded_clear(&d);
    }
    assert_nothing_but_padding();
}

/* What a header can promise that is not read. */
static void refusals(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        enum err_code code;
        const char *says;
    } cases[] = {
        {"colour", ERR_SUPPORT, "colour"},
        {"inverted", ERR_SUPPORT, "inverted grey (MONOCHROME1"},
        {"mosaic", ERR_SUPPORT, "mosaic"},
        {"12 in 12", ERR_SUPPORT, "12 bits in 12"},
        {"no pixels", ERR_FORMAT, "no pixels"},
        {"too few", ERR_FORMAT, "end before"},
    };
    uint16_t pixel[3 * 35] = {1, 2, 3};
    char path[128];

    for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
        struct made m = made_default();
        struct decoded d = {0};
        struct err err = {0};
        m.pixels = pixel;
        if (c == 0) {
            m.samples = 3;
            m.photometric = "RGB";
        }
        if (c == 1)
            m.photometric = "MONOCHROME1";
        if (c == 2)
            m.image_type = "ORIGINAL\\PRIMARY\\M\\MOSAIC";
        if (c == 3)
            m.bits_allocated = 12;
        if (c == 4)
            m.pixels = NULL;
        made_write(in_scratch("bad.dcm", path), &m);
        if (c == 5) { /* as many rows as would fit twice */
            struct bytes b = {0};
            assert_ok(file_read(path, 1 << 20, &b, &err), err);
            for (size_t i = 0; i + 10 < b.size; i++)
                if (memcmp(b.data + i, "\x28\0\x10\0US\2\0\5", 9) == 0)
                    b.data[i + 8] = 10;
            assert_ok(file_write(path, b.data, b.size, &err), err);
            bytes_clear(&b);
        }
        assert_refused(decode(path, &d, &err), err, cases[c].code, cases[c].says);
        decoded_clear(&d);
    }
}

/* A compressed picture larger than the attributes say, for which a decoder would ask
 * memory: it is found out before.  `at` is where the rows stand behind the mark. */
static void larger_pictures(void **state)
{
    (void)state;
    static const struct {
        const char *command, *mark;
        size_t length, at;
    } cases[] = {{"dcmcjpeg +e1", "\xff\xc3", 2, 5},
                 {"dcmcjpls +el", "\xff\xf7", 2, 5},
                 {"gdcmconv --j2k", "\xff\x4f\xff\x51", 4, 14}};
    uint16_t pixel[ROWS * COLUMNS];
    char path[128];

    for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
        struct made m = made_default();
        struct decoded d = {0};
        struct bytes b = {0};
        struct err err = {0};
        bool patched = false;
        m.pixels = pixel;
        m.rows = ROWS;
        m.columns = COLUMNS;
        fill(pixel, ROWS * COLUMNS, &m, c);
        made_write(in_scratch("plain.dcm", path), &m);
        if (!tool(cases[c].command, "plain.dcm", "coded.dcm")) {
            printf("# not made by this machine: %s\n", cases[c].command);
            continue;
        }
        assert_ok(file_read(in_scratch("coded.dcm", path), 1 << 20, &b, &err), err);
        for (size_t i = 132; !patched && i + 20 < b.size; i++)
            if (memcmp(b.data + i, cases[c].mark, cases[c].length) == 0) {
                b.data[i + cases[c].at] = 0x7f;
                patched = true;
            }
        assert_true(patched);
        assert_ok(file_write(path, b.data, b.size, &err), err);
        bytes_clear(&b);
        assert_refused(decode(path, &d, &err), err, ERR_FORMAT, "where the file says");
        decoded_clear(&d);
    }
}

/* Files of Debian's python3-pydicom, where they are. */
static void files_of_pydicom(void **state)
{
    (void)state;
#define FOLDER "/usr/lib/python3/dist-packages/pydicom/data/test_files/"
    static const char *const same[] = {
        "MR_small.dcm",           "MR_small_RLE.dcm",
        "MR_small_bigendian.dcm", "MR_small_expb.dcm",
        "MR_small_implicit.dcm",  "MR_small_jp2klossless.dcm",
        "MR_small_padded.dcm",    "MR_small_jpeg_ls_lossless.dcm"};
    struct decoded first = {0}, mismatch = {0}, cut = {0};
    struct err err = {0};
    float low = FLT_MAX, high = -FLT_MAX;

    if (!file_exists(FOLDER "MR_small.dcm")) {
        printf("# no python3-pydicom here\n");
        return;
    }
    assert_ok(decode(FOLDER "MR_small.dcm", &first, &err), err);
    const size_t n = 64 * 64;
    for (size_t i = 1; i < ARRAY_LEN(same); i++) {
        struct decoded d = {0};
        char path[160];
        (void)snprintf(path, sizeof path, FOLDER "%s", same[i]);
        assert_ok(decode(path, &d, &err), err);
        assert_memory_equal(d.value, first.value, n * sizeof *d.value);
        decoded_clear(&d);
    }
    decoded_clear(&first);
    /* a codestream without sign where the header says signed, 13 bits */
    assert_ok(decode(FOLDER "J2K_pixelrep_mismatch.dcm", &mismatch, &err), err);
    for (size_t v = 0; v < (size_t)512 * 512; v++) {
        low = fminf(low, mismatch.value[v]);
        high = fmaxf(high, mismatch.value[v]);
    }
    assert_near((double)low, -2000.0, 0.0);
    assert_near((double)high, 1896.0, 0.0);
    decoded_clear(&mismatch);
    assert_refused(decode(FOLDER "MR_truncated.dcm", &cut, &err), err, ERR_FORMAT,
                   "damaged DICOM");
    decoded_clear(&cut);
}

static int begin(void **state)
{
    (void)state;
    struct err err = {0};
    (void)testing_scratch(scratch);
    return dicom_object_begin(&err) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    dicom_object_end();
    testing_remove(scratch);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_syntax_is_exact), cmocka_unit_test(values_are_rescaled),
        cmocka_unit_test(padding_is_dark),       cmocka_unit_test(refusals),
        cmocka_unit_test(larger_pictures),       cmocka_unit_test(files_of_pydicom),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
