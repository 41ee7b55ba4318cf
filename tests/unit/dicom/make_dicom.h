/*
 * make_dicom.h - DICOM files for tests, written byte by byte, without any library.
 *
 * Explicit little endian.  What is NULL, 0 or NAN is left out; made_default() fills in
 * a readable MR image.  A file with `frames` above 0 is an Enhanced MR image with one
 * position for each frame.
 */
#ifndef MAKE_DICOM_H
#define MAKE_DICOM_H

#include "testing.h"

#define MR_CLASS "1.2.840.10008.5.1.4.1.1.4"
#define ENHANCED_MR_CLASS "1.2.840.10008.5.1.4.1.1.4.1"

struct made {
    const char *sop_class, *sop, *study, *series, *frame_of_reference;
    const char *syntax, *modality, *charset, *image_type;
    const char *patient, *patient_id;
    const char *description, *protocol, *sequence_name, *scanning;
    const char *photometric, *manufacturer;
    const char *lossy, *lossy_ratio, *lossy_method;
    const char
        *private_vr; /* "UN": of private elements, as an archive may write them */
    const char *private_creator;
    int ge_raw;                         /* below 0: not said */
    const char *acquired, *acquired_on; /* HHMMSS, YYYYMMDD */
    const char *acquired_at;            /* both */
    int series_number, instance_number, acquisition, phases;
    double inversion_ms, echo_ms, trigger_ms, thickness_mm;
    double position[3], orientation[6], row_mm, column_mm;
    bool placed;
    int rows, columns, bits_allocated, bits_stored, samples;
    bool signed_pixels;
    const int *padding; /* one number, or two ends of a range; NULL: none */
    int paddings;
    double slope, intercept, philips_slope;
    int frames;
    const double (*frame_position)[3]; /* [frames] */
    const double *frame_trigger;       /* [frames] or NULL */
    const uint16_t *pixels;            /* [frames or 1][rows][columns]; NULL: none */
};

static inline struct made made_default(void)
{
    return (struct made){
        .sop_class = MR_CLASS,
        .sop = "2.25.1001",
        .study = "2.25.1",
        .series = "2.25.10",
        .frame_of_reference = "2.25.5",
        .syntax = "1.2.840.10008.1.2.1",
        .modality = "MR",
        .image_type = "ORIGINAL\\PRIMARY\\M",
        .patient = "Doe^Jane",
        .patient_id = "P1",
        .description = "LGE sax",
        .photometric = "MONOCHROME2",
        .manufacturer = "Maker",
        .ge_raw = -1,
        .series_number = 7,
        .instance_number = 1,
        .inversion_ms = NAN,
        .echo_ms = NAN,
        .trigger_ms = NAN,
        .thickness_mm = 8.0,
        .orientation = {1, 0, 0, 0, 1, 0},
        .row_mm = 1.5,
        .column_mm = 1.25,
        .placed = true,
        .rows = 5,
        .columns = 7,
        .bits_allocated = 16,
        .bits_stored = 12,
        .samples = 1,
    };
}

static inline void made_u16(FILE *f, unsigned v)
{
    (void)fputc((int)(v & 0xff), f);
    (void)fputc((int)(v >> 8 & 0xff), f);
}

static inline void made_u32(FILE *f, unsigned v)
{
    made_u16(f, v & 0xffff);
    made_u16(f, v >> 16);
}

static inline void made_tag(FILE *f, unsigned group, unsigned element, const char *vr)
{
    made_u16(f, group);
    made_u16(f, element);
    (void)fputs(vr, f);
}

/* An element of text, padded as its kind asks. */
static inline void made_text(FILE *f, unsigned group, unsigned element, const char *vr,
                             const char *text)
{
    if (!text)
        return;
    const size_t n = strlen(text);
    made_tag(f, group, element, vr);
    made_u16(f, (unsigned)(n + n % 2));
    (void)fputs(text, f);
    if (n % 2)
        (void)fputc(strcmp(vr, "UI") == 0 ? 0 : ' ', f);
}

static inline void made_us(FILE *f, unsigned group, unsigned element, int v)
{
    made_tag(f, group, element, "US");
    made_u16(f, 2);
    made_u16(f, (unsigned)v);
}

/* A list of DS values. */
static inline void made_ds(FILE *f, unsigned group, unsigned element, const double *v,
                           int n)
{
    char text[256] = "";
    size_t at = 0;

    for (int i = 0; i < n; i++) {
        if (!isfinite(v[i]))
            return;
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%.12g", i ? "\\" : "",
                               v[i]);
    }
    made_text(f, group, element, "DS", text);
}

static inline void made_number(FILE *f, unsigned group, unsigned element,
                               const char *vr, int v)
{
    char text[16];

    (void)snprintf(text, sizeof text, "%d", v);
    if (v > 0)
        made_text(f, group, element, vr, text);
}

static inline void made_long(FILE *f, unsigned group, unsigned element, const char *vr,
                             unsigned size)
{
    made_tag(f, group, element, vr);
    made_u16(f, 0);
    made_u32(f, size);
}

/* A sequence of undefined length, its items likewise. */
static inline void made_begin(FILE *f, unsigned group, unsigned element)
{
    made_long(f, group, element, "SQ", 0xffffffffu);
}

static inline void made_item(FILE *f)
{
    made_tag(f, 0xfffe, 0xe000, "");
    made_u32(f, 0xffffffffu);
}

static inline void made_item_end(FILE *f)
{
    made_tag(f, 0xfffe, 0xe00d, "");
    made_u32(f, 0);
}

static inline void made_end(FILE *f)
{
    made_tag(f, 0xfffe, 0xe0dd, "");
    made_u32(f, 0);
}

static inline void made_groups(FILE *f, const struct made *m)
{
    const double spacing[2] = {m->row_mm, m->column_mm};

    made_begin(f, 0x5200, 0x9229); /* shared */
    made_item(f);
    made_begin(f, 0x0020, 0x9116); /* orientation */
    made_item(f);
    made_ds(f, 0x0020, 0x0037, m->orientation, 6);
    made_item_end(f);
    made_end(f);
    made_begin(f, 0x0028, 0x9110); /* pixel measures */
    made_item(f);
    made_ds(f, 0x0018, 0x0050, &m->thickness_mm, 1);
    made_ds(f, 0x0028, 0x0030, spacing, 2);
    made_item_end(f);
    made_end(f);
    made_item_end(f);
    made_end(f);
    made_begin(f, 0x5200, 0x9230); /* per frame */
    for (int i = 0; i < m->frames; i++) {
        made_item(f);
        if (m->frame_trigger) {
            made_begin(f, 0x0018, 0x9118);
            made_item(f);
            made_tag(f, 0x0020, 0x9153, "FD");
            made_u16(f, 8);
            (void)fwrite(&m->frame_trigger[i], 8, 1,
                         f); /* tests run on little endian */
            made_item_end(f);
            made_end(f);
        }
        made_begin(f, 0x0020, 0x9113);
        made_item(f);
        made_ds(f, 0x0020, 0x0032, m->frame_position[i], 3);
        made_item_end(f);
        made_end(f);
        made_item_end(f);
    }
    made_end(f);
}

static inline void made_acquisition(FILE *f, const struct made *m)
{
    made_text(f, 0x0018, 0x0020, "CS", m->scanning);
    made_text(f, 0x0018, 0x0024, "SH", m->sequence_name);
    if (!m->frames)
        made_ds(f, 0x0018, 0x0050, &m->thickness_mm, 1);
    made_ds(f, 0x0018, 0x0081, &m->echo_ms, 1);
    made_ds(f, 0x0018, 0x0082, &m->inversion_ms, 1);
    made_text(f, 0x0018, 0x1030, "LO", m->protocol);
    made_ds(f, 0x0018, 0x1060, &m->trigger_ms, 1);
    made_number(f, 0x0018, 0x1090, "IS", m->phases);
    made_text(f, 0x0020, 0x000d, "UI", m->study);
    made_text(f, 0x0020, 0x000e, "UI", m->series);
    made_number(f, 0x0020, 0x0011, "IS", m->series_number);
    made_number(f, 0x0020, 0x0012, "IS", m->acquisition);
    made_number(f, 0x0020, 0x0013, "IS", m->instance_number);
    if (m->placed && !m->frames) {
        made_ds(f, 0x0020, 0x0032, m->position, 3);
        made_ds(f, 0x0020, 0x0037, m->orientation, 6);
    }
    made_text(f, 0x0020, 0x0052, "UI", m->frame_of_reference);
}

/* `size` is even. */
static inline void made_private(FILE *f, const struct made *m, unsigned group,
                                unsigned element, const char *vr, const void *value,
                                size_t size)
{
    if (m->private_vr) { /* UN: its length has four bytes, after two of nothing */
        made_tag(f, group, element, m->private_vr);
        made_u16(f, 0);
        made_u32(f, (unsigned)size);
    } else {
        made_tag(f, group, element, vr);
        made_u16(f, (unsigned)size);
    }
    (void)fwrite(value, 1, size, f);
}

static inline void made_picture(FILE *f, const struct made *m)
{
    const double spacing[2] = {m->row_mm, m->column_mm};

    made_us(f, 0x0028, 0x0002, m->samples);
    made_text(f, 0x0028, 0x0004, "CS", m->photometric);
    if (m->frames)
        made_number(f, 0x0028, 0x0008, "IS", m->frames);
    made_us(f, 0x0028, 0x0010, m->rows);
    made_us(f, 0x0028, 0x0011, m->columns);
    if (m->placed && !m->frames)
        made_ds(f, 0x0028, 0x0030, spacing, 2);
    made_us(f, 0x0028, 0x0100, m->bits_allocated);
    made_us(f, 0x0028, 0x0101, m->bits_stored);
    made_us(f, 0x0028, 0x0102, m->bits_stored - 1);
    made_us(f, 0x0028, 0x0103, m->signed_pixels);
    for (int i = 0; i < m->paddings; i++) {
        /* files in use do not keep to the type that the sign asks for */
        made_tag(f, 0x0028, i == 0 ? 0x0120 : 0x0121,
                 i == 0 && m->signed_pixels ? "SS" : "US");
        made_u16(f, 2);
        made_u16(f, (unsigned)m->padding[i] & 0xffff);
    }
    if (m->slope != 0.0) {
        made_ds(f, 0x0028, 0x1052, &m->intercept, 1);
        made_ds(f, 0x0028, 0x1053, &m->slope, 1);
    }
    made_text(f, 0x0028, 0x2110, "CS", m->lossy);
    made_text(f, 0x0028, 0x2112, "DS", m->lossy_ratio);
    made_text(f, 0x0028, 0x2114, "CS", m->lossy_method);
    if (m->ge_raw >= 0) {
        const int16_t raw = (int16_t)m->ge_raw;
        made_private(f, m, 0x0043, 0x0010, "LO", "GEMS_PARM_01", 12);
        made_private(f, m, 0x0043, 0x102f, "SS", &raw, sizeof raw);
    }
    if (m->philips_slope > 0.0) {
        const float slope = (float)m->philips_slope;
        const char *by =
            m->private_creator ? m->private_creator : "Philips MR Imaging DD 001 ";
        made_private(f, m, 0x2005, 0x0010, "LO", by, strlen(by) / 2 * 2);
        made_private(f, m, 0x2005, 0x100e, "FL", &slope, sizeof slope);
    }
}

static inline void made_pixels(FILE *f, const struct made *m)
{
    const unsigned planes = m->frames ? (unsigned)m->frames : 1;
    const unsigned n =
        planes * (unsigned)m->rows * (unsigned)m->columns * (unsigned)m->samples;
    const unsigned width = m->bits_allocated == 16 ? 2 : 1;

    made_long(f, 0x7fe0, 0x0010, width == 2 ? "OW" : "OB", (n * width + 1) / 2 * 2);
    for (unsigned i = 0; i < n; i++) {
        if (width == 2)
            made_u16(f, m->pixels[i]);
        else
            (void)fputc(m->pixels[i] & 0xff, f);
    }
    if (n * width % 2)
        (void)fputc(0, f);
}

static inline void made_write_to(FILE *f, const struct made *m)
{
    const unsigned length =
        (unsigned)(8 + (strlen(m->sop_class) + 1) / 2 * 2 + 8 +
                   (strlen(m->sop) + 1) / 2 * 2 + 8 + (strlen(m->syntax) + 1) / 2 * 2);

    for (int i = 0; i < 128; i++)
        (void)fputc(0, f);
    (void)fputs("DICM", f);
    made_tag(f, 0x0002, 0x0000, "UL");
    made_u16(f, 4);
    made_u32(f, length);
    made_text(f, 0x0002, 0x0002, "UI", m->sop_class);
    made_text(f, 0x0002, 0x0003, "UI", m->sop);
    made_text(f, 0x0002, 0x0010, "UI", m->syntax);
    made_text(f, 0x0008, 0x0005, "CS", m->charset);
    made_text(f, 0x0008, 0x0008, "CS", m->image_type);
    made_text(f, 0x0008, 0x0016, "UI", m->sop_class);
    made_text(f, 0x0008, 0x0018, "UI", m->sop);
    made_text(f, 0x0008, 0x0020, "DA", "20260301");
    made_text(f, 0x0008, 0x0022, "DA", m->acquired_on);
    made_text(f, 0x0008, 0x002a, "DT", m->acquired_at);
    made_text(f, 0x0008, 0x0032, "TM", m->acquired);
    made_text(f, 0x0008, 0x0060, "CS", m->modality);
    made_text(f, 0x0008, 0x0070, "LO", m->manufacturer);
    made_text(f, 0x0008, 0x103e, "LO", m->description);
    made_text(f, 0x0010, 0x0010, "PN", m->patient);
    made_text(f, 0x0010, 0x0020, "LO", m->patient_id);
    made_acquisition(f, m);
    if (m->rows > 0)
        made_picture(f, m);
    if (m->frames)
        made_groups(f, m);
    if (m->pixels)
        made_pixels(f, m);
}

static inline void made_write(const char *path, const struct made *m)
{
    FILE *f = fopen(path, "wb");

    if (!f)
        fail_msg("%s: cannot write", path);
    made_write_to(f, m);
    assert_int_equal(fclose(f), 0);
}

/* Position of slice k of a stack that begins at `first`, `step` mm apart on the normal.
 */
static inline void made_move(struct made *m, const double first[3], double step, int k)
{
    const double *r = m->orientation, *c = r + 3;
    const double n[3] = {r[1] * c[2] - r[2] * c[1], r[2] * c[0] - r[0] * c[2],
                         r[0] * c[1] - r[1] * c[0]};

    for (int a = 0; a < 3; a++)
        m->position[a] = first[a] + step * k * n[a];
}

#endif
