/* object: attributes of one file, and what is refused. */
#include "make_dicom.h"

#include <zlib.h>

#include "base/mem.h"
#include "dicom/guard.h"
#include "dicom/object.h"

struct opened {
    char *data;
    size_t size;
    struct dicom_parsed *parsed;
    struct dicom_object object;
};

static bool open_made(const struct made *m, struct opened *o, struct err *err)
{
    FILE *f = open_memstream(&o->data, &o->size);

    assert_non_null(f);
    made_write_to(f, m);
    assert_int_equal(fclose(f), 0);
    return dicom_object_open(o->data, o->size, false, &o->parsed, err) &&
           dicom_object_head(o->parsed, &o->object, err);
}

static void close_made(struct opened *o)
{
    dicom_object_close(o->parsed);
    free(o->data); /* open_memstream's */
    *o = (struct opened){0};
}

static void attributes_arrive(void **state)
{
    (void)state;
    struct made m = made_default();
    struct opened o = {0};
    struct dicom_frame f;
    struct err err = {0};
    const double oblique[6] = {0.6, 0.8, 0, 0, 0, -1};

    m.position[0] = -12.5;
    m.position[1] = 3.25;
    m.position[2] = 99.125;
    memcpy(m.orientation, oblique, sizeof oblique);
    m.inversion_ms = 310;
    m.trigger_ms = 612.5;
    m.scanning = "GR\\IR";
    m.sequence_name = "*tfl2d1_23";
    m.acquired = "101530.25";
    m.slope = 2.0;
    m.intercept = -7.0;
    assert_ok(open_made(&m, &o, &err), err);
    const struct dicom_header *h = &o.object.header;
    const struct dicom_instance *i = &o.object.instance;
    assert_string_equal(h->patient.name, "Doe^Jane");
    assert_string_equal(h->patient.id, "P1");
    assert_string_equal(h->study.uid, "2.25.1");
    assert_string_equal(h->study.date, "20260301");
    assert_string_equal(h->series.uid, "2.25.10");
    assert_string_equal(h->series.number, "7");
    assert_string_equal(h->series.frame_of_reference, "2.25.5");
    assert_string_equal(h->series.description, "LGE sax");
    assert_string_equal(h->equipment.manufacturer, "Maker");
    assert_string_equal(i->sop_class, MR_CLASS);
    assert_string_equal(i->sop_instance, "2.25.1001");
    assert_string_equal(i->transfer_syntax, "1.2.840.10008.1.2.1");
    assert_string_equal(i->scanning_sequence, "GR\\IR");
    assert_string_equal(i->sequence_name, "*tfl2d1_23");
    assert_int_equal(i->rows, 5);
    assert_int_equal(i->columns, 7);
    assert_int_equal(i->frames, 1);
    assert_int_equal(i->bits_stored, 12);
    assert_false(i->multi_frame || i->mosaic || i->signed_pixels);
    assert_ok(dicom_object_frame(o.parsed, 0, &f, &err), err);
    assert_true(f.placed);
    assert_int_equal(f.number, 0);
    for (int a = 0; a < 3; a++)
        assert_near(f.position_mm[a], m.position[a], 0.0);
    for (int a = 0; a < 6; a++)
        assert_near(f.orientation[a], oblique[a], 1e-15);
    assert_near(f.row_mm, 1.5, 0.0);
    assert_near(f.column_mm, 1.25, 0.0);
    assert_near(f.inversion_ms, 310, 0.0);
    assert_near(f.trigger_ms, 612.5, 0.0);
    assert_near(f.acquired_s, 10 * 3600 + 15 * 60 + 30.25, 1e-9);
    assert_near(f.slope, 2.0, 0.0);
    assert_near(f.intercept, -7.0, 0.0);
    assert_string_equal(f.image_type, "ORIGINAL\\PRIMARY\\M");
    assert_refused(dicom_object_frame(o.parsed, 1, &f, &err), err, ERR_ARG, "frame 1");
    close_made(&o);
}

static void philips_slices_become_comparable(void **state)
{
    (void)state;
    struct made m = made_default();
    struct opened o = {0};
    struct dicom_frame f;
    struct err err = {0};

    m.slope = 2.5;
    m.intercept = 10.0;
    m.philips_slope = 0.5;
    assert_ok(open_made(&m, &o, &err), err);
    assert_ok(dicom_object_frame(o.parsed, 0, &f, &err), err);
    assert_near(f.slope, 1.0 / 0.5, 1e-12);
    assert_near(f.intercept, 10.0 / (2.5 * 0.5), 1e-12);
    close_made(&o);
    /* as an archive writes it that does not know the element, and in capitals */
    m.private_vr = "UN";
    m.private_creator = "PHILIPS MR IMAGING DD 001 ";
    assert_ok(open_made(&m, &o, &err), err);
    assert_ok(dicom_object_frame(o.parsed, 0, &f, &err), err);
    assert_near(f.slope, 1.0 / 0.5, 1e-12);
    close_made(&o);
    m.private_creator = "SOMEBODY ELSE "; /* whose number it is, nobody knows */
    assert_ok(open_made(&m, &o, &err), err);
    assert_ok(dicom_object_frame(o.parsed, 0, &f, &err), err);
    assert_near(f.slope, 2.5, 1e-12);
    close_made(&o);
}

static void ge_says_which_part_of_the_signal(void **state)
{
    (void)state;
    static const char *const want[] = {"MAGNITUDE", "PHASE", "REAL", "IMAGINARY", ""};
    for (int k = 0; k < 10; k++) {
        struct made m = made_default();
        struct opened o = {0};
        struct dicom_frame f;
        struct err err = {0};
        m.ge_raw = k / 2;
        m.private_vr = k % 2 ? "UN" : NULL;
        assert_ok(open_made(&m, &o, &err), err);
        assert_ok(dicom_object_frame(o.parsed, 0, &f, &err), err);
        assert_string_equal(f.component, want[k / 2]);
        close_made(&o);
    }
}

/* By what the file says, or by how it is compressed itself; what is written again is of
 * the right characters. */
static void lost_pixels_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *said, *ratio, *method, *want_ratio, *want_method;
        bool is;
        const char *syntax;
    } cases[] = {
        {NULL, NULL, NULL, "", "", false},
        {"00", NULL, NULL, "", "", false},
        {"01", "9.5\\3", "ISO_10918_1\\ISO_15444_1", "9.5\\3",
         "ISO_10918_1\\ISO_15444_1", true},
        {"01", "some", "iso 7", "", "", true},
        {NULL, NULL, NULL, "", "ISO_10918_1", true, "1.2.840.10008.1.2.4.50"},
        {NULL, "7", "ISO_X", "7", "ISO_X", true, "1.2.840.10008.1.2.4.91"},
        {"00", NULL, NULL, "", "", false, "1.2.840.10008.1.2.4.91"},
    };
    for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
        struct made m = made_default();
        struct opened o = {0};
        struct err err = {0};
        m.lossy = cases[c].said;
        m.lossy_ratio = cases[c].ratio;
        m.lossy_method = cases[c].method;
        if (cases[c].syntax)
            m.syntax = cases[c].syntax;
        assert_ok(open_made(&m, &o, &err), err);
        assert_int_equal(o.object.instance.lossy.is, cases[c].is);
        assert_string_equal(o.object.instance.lossy.ratio, cases[c].want_ratio);
        assert_string_equal(o.object.instance.lossy.method, cases[c].want_method);
        close_made(&o);
    }
}

static void text_becomes_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *charset, *bytes, *want;
    } cases[] = {
        {"ISO_IR 100", "M\xfcller^J\xf6rg", "M\xc3\xbcller^J\xc3\xb6rg"},
        {"ISO_IR 192", "M\xc3\xbcller", "M\xc3\xbcller"},
        {"ISO_IR 126", "\xc4\xe9\xef\xed", "\xce\x94\xce\xb9\xce\xbf\xce\xbd"},
        {NULL, "M\xfcller", "M?ller"},          /* no character set, so ASCII */
        {"ISO_IR 192", "bad\xff\xfe", "bad??"}, /* not what it claims */
        {"no such set",
         "a\x01"
         "b\x7f"
         "c",
         "abc"}, /* control bytes are dropped */
    };

    for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
        struct made m = made_default();
        struct opened o = {0};
        struct err err = {0};
        m.charset = cases[c].charset;
        m.patient = cases[c].bytes;
        assert_ok(open_made(&m, &o, &err), err);
        assert_string_equal(o.object.header.patient.name, cases[c].want);
        close_made(&o);
    }
}

static void frames_speak_for_themselves(void **state)
{
    (void)state;
    static const double at[3][3] = {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}};
    static const double trigger[3] = {100, 200, 300};
    struct made m = made_default();
    struct opened o = {0};
    struct err err = {0};

    m.sop_class = ENHANCED_MR_CLASS;
    m.frames = 3;
    m.frame_position = at;
    m.frame_trigger = trigger;
    assert_ok(open_made(&m, &o, &err), err);
    assert_int_equal(o.object.instance.frames, 3);
    assert_true(o.object.instance.multi_frame);
    for (int f = 0; f < 3; f++) {
        struct dicom_frame frame;
        assert_ok(dicom_object_frame(o.parsed, f, &frame, &err), err);
        assert_int_equal(frame.number, f + 1);
        assert_true(frame.placed);
        assert_near(frame.trigger_ms, trigger[f], 0.0);
        assert_near(frame.row_mm, 1.5, 0.0);
        assert_near(frame.thickness_mm, 8.0, 0.0);
        for (int a = 0; a < 3; a++)
            assert_near(frame.position_mm[a], at[f][a], 0.0);
    }
    close_made(&o);
}

static void bad_geometry_is_not_placed(void **state)
{
    (void)state;
    static const double skew[6] = {1, 0, 0, 0.6, 0.8, 0},
                        thin[6] = {0.5, 0, 0, 0, 1, 0};

    for (int c = 0; c < 4; c++) {
        struct made m = made_default();
        struct opened o = {0};
        struct dicom_frame f;
        struct err err = {0};
        if (c < 2)
            memcpy(m.orientation, c ? thin : skew, sizeof skew);
        m.row_mm = c == 2 ? 0.0 : 1.0;
        m.column_mm = c == 3 ? -1.0 : 1.0;
        assert_ok(open_made(&m, &o, &err), err);
        assert_ok(dicom_object_frame(o.parsed, 0, &f, &err), err);
        assert_false(f.placed);
        close_made(&o);
    }
}

/* Write `to` over the only `from`, as long. */
static void patch(struct opened *o, const char *from, const char *to)
{
    const size_t n = strlen(from);
    size_t found = 0;

    assert_int_equal(strlen(to), n);
    for (size_t i = 0; i + n <= o->size; i++)
        if (memcmp(o->data + i, from, n) == 0) {
            memcpy(o->data + i, to, n);
            found++;
        }
    assert_int_equal(found, 1);
}

/* The first frame of a file in which a decimal string is changed. */
static bool read_patched(const char *from, const char *to, struct dicom_frame *f,
                         struct err *err)
{
    struct made m = made_default();
    struct opened o = {0};

    m.position[0] = -12.375;
    m.orientation[1] = 0.00000125;
    m.thickness_mm = 8.125;
    m.inversion_ms = 310.25;
    m.slope = 2.625;
    m.intercept = -7.875;
    assert_ok(open_made(&m, &o, err), *err);
    dicom_object_close(o.parsed);
    patch(&o, from, to);
    const bool ok = dicom_object_open(o.data, o.size, false, &o.parsed, err) &&
                    dicom_object_head(o.parsed, &o.object, err) &&
                    dicom_object_frame(o.parsed, 0, f, err);
    close_made(&o);
    return ok;
}

static void a_decimal_string_is_all_a_number(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *says;
    } bad[] = {
        {"1.5\\1.25", "1,5\\1,25", "PixelSpacing (0028,0030) is not a number"},
        {"1.5\\1.25", "1.5\\1mm ", "PixelSpacing"},
        {"1.5\\1.25", "1.5\\1 25", "PixelSpacing"},
        {"1.5\\1.25", "0x1\\1.25", "PixelSpacing"},
        {"1.5\\1.25", "1.5\\.   ", "PixelSpacing"},
        {"1.5\\1.25", "1.5\\1E+ ", "PixelSpacing"},
        {"1.5\\1.25", "1.5\\E3  ", "PixelSpacing"},
        {"1.5\\1.25", "nan\\1.25", "PixelSpacing"},
        {"1.5\\1.25", "1.5\\1.2.", "PixelSpacing"},
        {"1.5\\1.25", "1E9999\\2", "PixelSpacing"},
        {"-12.375", "-12,375", "ImagePositionPatient (0020,0032) is not a number"},
        {"1.25e-06", "1.25e-0x", "ImageOrientationPatient (0020,0037) is not a number"},
        {"8.125", "8,125", "SliceThickness (0018,0050) is not a number"},
        {"2.625", "2,625", "RescaleSlope (0028,1053) is not a number"},
        {"-7.875", "-7,875", "RescaleIntercept (0028,1052) is not a number"},
    };
    struct dicom_frame f = {0};

    for (size_t c = 0; c < ARRAY_LEN(bad); c++) {
        struct err err = {0};
        assert_refused(read_patched(bad[c].from, bad[c].to, &f, &err), err, ERR_FORMAT,
                       bad[c].says);
    }
    struct err err = {0};
    assert_ok(read_patched("1.5\\1.25", " .5 \\1. ", &f, &err), err);
    assert_near(f.row_mm, 0.5, 0.0);
    assert_near(f.column_mm, 1.0, 0.0);
    assert_ok(read_patched("1.5\\1.25", "+15E-1\\2", &f, &err), err);
    assert_near(f.row_mm, 1.5, 1e-15);
    assert_near(f.column_mm, 2.0, 0.0);
    assert_ok(read_patched("1.5\\1.25", "1.25e0\\ ", &f, &err), err);
    assert_false(f.placed); /* the second is missing */
    /* nothing is measured by it */
    assert_ok(read_patched("310.25", "310,25", &f, &err), err);
    assert_true(isnan(f.inversion_ms));
}

static double acquired_s(const char *date, const char *time, const char *both)
{
    struct made m = made_default();
    struct opened o = {0};
    struct dicom_frame f = {0};
    struct err err = {0};

    m.acquired_on = date;
    m.acquired = time;
    m.acquired_at = both;
    assert_ok(open_made(&m, &o, &err), err);
    assert_ok(dicom_object_frame(o.parsed, 0, &f, &err), err);
    close_made(&o);
    return f.acquired_s;
}

static void midnight_comes_between_days(void **state)
{
    (void)state;
    static const char *const nights[][2] = {
        {"20200101", "20200102"}, {"20200228", "20200229"}, {"20200229", "20200301"},
        {"20210228", "20210301"}, {"20191231", "20200101"}, {"20210430", "20210501"}};

    for (size_t i = 0; i < ARRAY_LEN(nights); i++)
        assert_near(acquired_s(nights[i][1], "000010", NULL) -
                        acquired_s(nights[i][0], "235950.5", NULL),
                    19.5, 1e-4);
    assert_near(acquired_s(NULL, NULL, "20200102000010.25"),
                acquired_s("20200102", "000010.25", NULL), 1e-4);
    /* both in one goes first */
    assert_near(acquired_s("19990101", "120000", "20200102000010"),
                acquired_s("20200102", "000010", NULL), 1e-4);
    assert_near(acquired_s("19990101", "120000", "2020"),
                acquired_s("19990101", "120000", NULL), 1e-4);
    assert_near(acquired_s("2020", "000010", NULL), 10.0, 0.0); /* no date */
    assert_true(isnan(acquired_s("20200102", "00", NULL)));
    assert_true(isnan(acquired_s("20200102", NULL, NULL)));
}

/* The class tells whether frames have numbers, not that there is one. */
static void one_frame_of_a_single_frame_class(void **state)
{
    (void)state;
    struct made m = made_default();
    struct opened o = {0};
    struct dicom_frame f;
    struct err err = {0};
    static const double at[1][3] = {{1, 2, 3}};

    m.frames = 1;
    m.frame_position = at;
    assert_ok(open_made(&m, &o, &err), err);
    assert_false(o.object.instance.multi_frame);
    assert_ok(dicom_object_frame(o.parsed, 0, &f, &err), err);
    assert_int_equal(f.number, 0);
    close_made(&o);
    m.sop_class = ENHANCED_MR_CLASS;
    assert_ok(open_made(&m, &o, &err), err);
    assert_true(o.object.instance.multi_frame);
    close_made(&o);
}

static void refusals(void **state)
{
    (void)state;
    struct made m = made_default();
    struct opened o = {0};
    struct err err = {0};
    struct dicom_parsed *none = NULL;
    static const char junk[400] = "not a DICOM file";

    assert_refused(dicom_object_open(junk, sizeof junk, true, &none, &err), err,
                   ERR_FORMAT, "not a DICOM file");
    assert_null(none);
    m.syntax = "1.2.840.10008.1.2.99";
    assert_refused(open_made(&m, &o, &err), err, ERR_SUPPORT, "1.2.840.10008.1.2.99");
    close_made(&o);
    m = made_default();
    m.series = "2.25.x";
    assert_refused(open_made(&m, &o, &err), err, ERR_FORMAT, "no valid UID");
    close_made(&o);
    m = made_default();
    m.rows = 9000;
    assert_refused(open_made(&m, &o, &err), err, ERR_SUPPORT, "9000 rows");
    close_made(&o);
    m = made_default();
    m.columns = 0;
    assert_refused(open_made(&m, &o, &err), err, ERR_FORMAT, "0 columns");
    close_made(&o);
}

/* Cut anywhere, a file is refused or read; it is never a crash. */
static void truncation(void **state)
{
    (void)state;
    struct made m = made_default();
    struct opened o = {0};
    struct err err = {0};
    const size_t step = testing_slow_machine() ? 37 : 1;

    assert_ok(open_made(&m, &o, &err), err);
    for (size_t n = 0; n < o.size; n += step) {
        struct dicom_parsed *p = NULL;
        struct dicom_object object;
        char *cut = malloc(n ? n : 1);
        assert_non_null(cut);
        memcpy(cut, o.data, n);
        err = (struct err){0};
        if (!dicom_object_open(cut, n, false, &p, &err) ||
            !dicom_object_head(p, &object, &err))
            assert_true(err.code != ERR_NONE && err.msg[0]);
        dicom_object_close(p);
        free(cut);
    }
    close_made(&o);
}

/* A file that ends with something for which the reader could ask for memory. */
struct hostile {
    const char *what;
    void (*write)(FILE *f);
    enum err_code code;
    const char *says;
};

static void long_value(FILE *f)
{
    made_long(f, 0x0029, 0x1010, "OB", 0x7ffffff0u);
}

static void long_text(FILE *f)
{
    made_long(f, 0x0040, 0xa160, "UT", 0xfffffff0u);
}

static void long_value_in_sequence(FILE *f)
{
    made_begin(f, 0x0040, 0xa730);
    made_item(f);
    made_long(f, 0x0040, 0xa160, "UN", 0x60000000u);
}

static void long_item(FILE *f)
{
    made_long(f, 0x0040, 0xa730, "SQ", 0x70000000u);
    made_tag(f, 0xfffe, 0xe000, "");
    made_u32(f, 0x6ffffff0u);
    made_long(f, 0x0040, 0xa160, "OW", 0x60000000u);
}

static void long_pixels(FILE *f)
{
    made_long(f, 0x7fe0, 0x0010, "OW", 0x7ffffff0u);
}

static void long_piece(FILE *f)
{
    made_long(f, 0x7fe0, 0x0010, "OB", 0xffffffffu);
    made_tag(f, 0xfffe, 0xe000, "");
    made_u32(f, 0x7ffffff0u);
}

static void deep_sequences(FILE *f)
{
    for (int i = 0; i < 100000; i++) {
        made_begin(f, 0x0040, 0xa730);
        made_item(f);
    }
}

/* Sent by the child. */
struct outcome {
    bool opened;
    struct err err;
};

static void open_in_child(int fd, void *context)
{
    struct opened *o = context;
    struct outcome out;

    memset(&out, 0, sizeof out);
    out.opened = dicom_object_open(o->data, o->size, true, &o->parsed, &out.err);
    dicom_object_close(o->parsed);
    dicom_guard_send(fd, &out, sizeof out);
}

/* With 64 MiB, nothing that a file only speaks of can be allocated; it has to be found
 * out before. */
static void lengths_beyond_the_end(void **state)
{
    (void)state;
    static const struct hostile cases[] = {
        {"value", long_value, ERR_FORMAT, "damaged DICOM: it ends early"},
        {"text", long_text, ERR_FORMAT, "damaged DICOM: it ends early"},
        {"value in a sequence", long_value_in_sequence, ERR_FORMAT,
         "damaged DICOM: it ends early"},
        {"item", long_item, ERR_FORMAT, "damaged DICOM: it ends early"},
        {"pixels", long_pixels, ERR_FORMAT, "damaged DICOM: it ends early"},
        {"piece of pixels", long_piece, ERR_FORMAT, "damaged DICOM: it ends early"},
        {"sequences", deep_sequences, ERR_SUPPORT, "sequences within sequences"},
    };
    const struct dicom_guard_limits limits = {(uint64_t)64 << 20, 10, 60};

    for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
        struct made m = made_default();
        struct opened o = {0};
        struct dicom_guard guard = {0};
        struct outcome out;
        struct err err = {0};
        FILE *f = open_memstream(&o.data, &o.size);
        assert_non_null(f);
        made_write_to(f, &m);
        cases[c].write(f);
        for (int i = 0; i < 200; i++) /* a value begins, so that it is wanted */
            (void)fputc('x', f);
        assert_int_equal(fclose(f), 0);
        assert_ok(dicom_guard_start(open_in_child, &o, &limits, &guard, &err), err);
        assert_ok(dicom_guard_receive(&guard, &out, sizeof out, &err), err);
        dicom_guard_stop(&guard);
        if (out.opened)
            fail_msg("%s: opened", cases[c].what);
        err = out.err;
        assert_refused(false, err, cases[c].code, cases[c].says);
        close_made(&o);
    }
}

/* Its attributes packed, and behind them a value of `more` bytes of nothing. */
static void write_deflated(const struct made *m, uint32_t more, struct opened *o)
{
    enum { META = 132 + 12 }; /* up to the end of the group's length */
    uint8_t *plain = NULL, *packed = NULL;
    size_t size = 0;
    z_stream z;

    memset(&z, 0, sizeof z);
    FILE *f = open_memstream(&o->data, &o->size);
    assert_non_null(f);
    made_write_to(f, m);
    made_long(f, 0x7fe0, 0x0010, "OB", more);
    assert_int_equal(fclose(f), 0);
    uint32_t group = 0;
    memcpy(&group, o->data + META - 4, 4); /* tests run on little endian */
    const size_t at = META + group;
    size = o->size - at + more;
    plain = mem_alloc(size, 1, NULL);
    packed = mem_alloc(size + 1000, 1, NULL);
    assert_true(plain && packed);
    memcpy(plain, o->data + at, o->size - at);
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
                     Z_OK);
    z.next_in = plain;
    z.avail_in = (uInt)size;
    z.next_out = packed;
    z.avail_out = (uInt)(size + 1000);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    char *whole = realloc(o->data, at + z.total_out); /* open_memstream's */
    assert_non_null(whole);
    memcpy(whole + at, packed, z.total_out);
    o->data = whole;
    o->size = at + z.total_out;
    assert_int_equal(deflateEnd(&z), Z_OK);
    mem_free(plain);
    mem_free(packed);
}

static void deflated_data_have_a_limit(void **state)
{
    (void)state;
    struct made m = made_default();
    struct opened o = {0};
    struct err err = {0};

    m.syntax = "1.2.840.10008.1.2.1.99";
    write_deflated(&m, 70, &o);
    assert_ok(dicom_object_open(o.data, o.size, true, &o.parsed, &err), err);
    assert_ok(dicom_object_head(o.parsed, &o.object, &err), err);
    assert_string_equal(o.object.header.series.description, "LGE sax");
    assert_string_equal(o.object.instance.transfer_syntax, m.syntax);
    close_made(&o);
    write_deflated(&m, 16 << 20, &o);
    assert_refused(dicom_object_open(o.data, o.size, true, &o.parsed, &err), err,
                   ERR_SUPPORT, "deflated data of more than");
    close_made(&o);
}

static int begin(void **state)
{
    (void)state;
    struct err err = {0};
    return dicom_object_begin(&err) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    dicom_object_end();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributes_arrive),
        cmocka_unit_test(philips_slices_become_comparable),
        cmocka_unit_test(ge_says_which_part_of_the_signal),
        cmocka_unit_test(lost_pixels_are_told),
        cmocka_unit_test(text_becomes_utf8),
        cmocka_unit_test(frames_speak_for_themselves),
        cmocka_unit_test(bad_geometry_is_not_placed),
        cmocka_unit_test(a_decimal_string_is_all_a_number),
        cmocka_unit_test(midnight_comes_between_days),
        cmocka_unit_test(one_frame_of_a_single_frame_class),
        cmocka_unit_test(refusals),
        cmocka_unit_test(truncation),
        cmocka_unit_test(lengths_beyond_the_end),
        cmocka_unit_test(deflated_data_have_a_limit),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
