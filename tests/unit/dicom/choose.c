/* choose: what a series is, from how it looks and what it calls itself. */
#include "scratch.h"
#include "make_dicom.h"

#include "base/mem.h"
#include "dicom/choose.h"

/* Planes of a real heart, rounded. */
static const double SHORT[6] = {0.792, 0, 0.6105, 0.3786, 0.7845, -0.4911};
static const double FOUR[6] = {0.9954, 0, 0.0958, 0.0788, -0.5689, -0.8187};
static const double FIRST[3] = {-20, 30, -40};
static const double AXIAL[6] = {1, 0, 0, 0, 1, 0};

/* One series of `slices`, each with `phases` frames. */
struct looks {
    const char *description, *image_type, *scanning, *sequence;
    const double *plane;
    int slices, phases;
    double inversion_ms;
    const char *sop_class, *modality, *photometric;
    bool many_inversions;
};

struct study {
    struct dicom_scan scan;
    struct dicom_stacks stacks;
    struct dicom_choice *choice;
};

/* Slice `k` at time `t`; its texts live until the next call. */
static struct made look_like(const struct looks *l, int series, int k, int t)
{
    static const uint16_t pixel[6 * 7] = {1};
    static char sop[48], uid[32];
    struct made m = made_default();

    (void)snprintf(uid, sizeof uid, "2.25.%d", series);
    (void)snprintf(sop, sizeof sop, "2.25.%d.%d.%d", series, k + 1, t + 1);
    m.series = uid;
    m.sop = sop;
    m.series_number = series;
    m.description = l->description;
    m.pixels = pixel;
    m.scanning = l->scanning;
    m.sequence_name = l->sequence;
    memcpy(m.orientation, l->plane, sizeof m.orientation);
    made_move(&m, FIRST, 10.0, k);
    if (l->image_type)
        m.image_type = l->image_type;
    if (l->inversion_ms > 0)
        m.inversion_ms = l->inversion_ms + (l->many_inversions ? 20.0 * t : 0.0);
    if (l->phases)
        m.trigger_ms = 30.0 * t;
    if (l->sop_class)
        m.sop_class = l->sop_class;
    if (l->modality)
        m.modality = l->modality;
    if (l->photometric)
        m.photometric = l->photometric;
    return m;
}

static const char *path_of(int series, int k, int t)
{
    static char path[128];
    (void)snprintf(path, sizeof path, "%s/%d-%d-%d", scratch, series, k, t);
    return path;
}

static void put(const struct looks *l, int series)
{
    for (int k = 0; k < l->slices; k++)
        for (int t = 0; t < (l->phases ? l->phases : 1); t++) {
            const struct made m = look_like(l, series, k, t);
            made_write(path_of(series, k, t), &m);
        }
}

static void judge(struct study *s, enum dicom_prefer prefer)
{
    struct err err = {0};

    assert_ok(dicom_scan_read(scratch, NULL, &s->scan, &err), err);
    assert_ok(dicom_stacks_find(&s->scan, &s->stacks, &err), err);
    s->choice = mem_alloc(s->stacks.count, sizeof *s->choice, &err);
    assert_non_null(s->choice);
    dicom_choose(&s->scan, &s->stacks, prefer, s->choice);
}

static void forget(struct study *s)
{
    mem_free(s->choice);
    dicom_stacks_clear(&s->stacks);
    dicom_scan_clear(&s->scan);
    *s = (struct study){0};
}

static void empty_scratch(void)
{
    testing_remove(scratch);
    (void)testing_scratch(scratch);
}

/* The stack of a series (its first, if there are more). */
static size_t of_series(const struct study *s, int series)
{
    char number[16];

    (void)snprintf(number, sizeof number, "%d", series);
    for (size_t i = 0; i < s->stacks.count; i++)
        if (strcmp(s->scan.header[s->stacks.stack[i].header].series.number, number) ==
            0)
            return i;
    fail_msg("no series %d", series);
    return 0;
}

static void every_kind_is_told_apart(void **state)
{
    (void)state;
    static const struct {
        struct looks looks;
        enum dicom_kind kind;
        bool taken;
    } cases[] = {
        {{"LGE_SAX_PSIR", NULL, NULL, NULL, SHORT, 5, 0, 300, NULL, NULL, NULL, false},
         DICOM_KIND_LGE_SHORT_AXIS,
         true},
        {{"DE_overview_sa", NULL, NULL, NULL, AXIAL, 5, 0, 0, NULL, NULL, NULL, false},
         DICOM_KIND_LGE_SHORT_AXIS,
         true}, /* by its name, whatever its plane */
        {{"t1_tfl2d_high-res", NULL, "GR\\IR", "*tfl2d1_23", SHORT, 9, 0, 310, NULL,
          NULL, NULL, false},
         DICOM_KIND_LGE_SHORT_AXIS,
         true}, /* by its pulse and plane */
        {{"MDE short axis", NULL, NULL, NULL, SHORT, 2, 0, 0, NULL, NULL, NULL, false},
         DICOM_KIND_LGE_SHORT_AXIS,
         false}, /* too few slices */
        {{"LGE 4ch", NULL, NULL, NULL, FOUR, 1, 0, 300, NULL, NULL, NULL, false},
         DICOM_KIND_LGE_LONG_AXIS,
         false},
        {{"PSIR", NULL, NULL, NULL, FOUR, 4, 0, 300, NULL, NULL, NULL, false},
         DICOM_KIND_LGE_LONG_AXIS,
         false}, /* by its plane */
        {{"delayed enhancement", NULL, NULL, NULL, AXIAL, 20, 0, 0, NULL, NULL, NULL,
          false},
         DICOM_KIND_LGE_OTHER,
         false},
        {{"localizer", NULL, NULL, NULL, AXIAL, 3, 0, 0, NULL, NULL, NULL, false},
         DICOM_KIND_LOCALISER,
         false},
        {{"tfisp", "ORIGINAL\\PRIMARY\\LOCALIZER\\M", NULL, NULL, AXIAL, 3, 0, 0, NULL,
          NULL, NULL, false},
         DICOM_KIND_LOCALISER,
         false},
        {{"Cine_SAX", NULL, NULL, NULL, SHORT, 4, 0, 0, NULL, NULL, NULL, false},
         DICOM_KIND_CINE,
         false},
        {{"sBTFE sax", NULL, NULL, NULL, SHORT, 3, 10, 0, NULL, NULL, NULL, false},
         DICOM_KIND_CINE,
         false}, /* many phases */
        {{"TI scout", NULL, NULL, NULL, SHORT, 1, 12, 0, NULL, NULL, NULL, false},
         DICOM_KIND_TI_SCOUT,
         false},
        {{"find null", NULL, "GR\\IR", NULL, SHORT, 1, 12, 90, NULL, NULL, NULL, true},
         DICOM_KIND_TI_SCOUT,
         false}, /* many inversion times */
        {{"MOLLI pre", NULL, "GR\\IR", NULL, SHORT, 3, 8, 120, NULL, NULL, NULL, true},
         DICOM_KIND_MAP,
         false},
        {{"sax native", "DERIVED\\PRIMARY\\M\\T1 MAP", NULL, NULL, SHORT, 3, 0, 0, NULL,
          NULL, NULL, false},
         DICOM_KIND_MAP,
         false},
        {{"FirstPass_perf", NULL, NULL, NULL, SHORT, 3, 9, 0, NULL, NULL, NULL, false},
         DICOM_KIND_PERFUSION,
         false},
        {{"flow_aorta", NULL, NULL, NULL, AXIAL, 1, 9, 0, NULL, NULL, NULL, false},
         DICOM_KIND_FLOW,
         false},
        {{"t2_stir sax", NULL, "SE\\IR", NULL, SHORT, 5, 0, 170, NULL, NULL, NULL,
          false},
         DICOM_KIND_ANATOMY,
         false},
        {{"lge sax", "ORIGINAL\\PRIMARY\\P", NULL, NULL, SHORT, 5, 0, 300, NULL, NULL,
          NULL, false},
         DICOM_KIND_PHASE,
         false},
        {{"lge sax MPR", "DERIVED\\SECONDARY\\MPR", NULL, NULL, SHORT, 5, 0, 0, NULL,
          NULL, NULL, false},
         DICOM_KIND_DERIVED,
         false},
        {{"lge sax mosaic", "ORIGINAL\\PRIMARY\\M\\MOSAIC", NULL, NULL, SHORT, 5, 0, 0,
          NULL, NULL, NULL, false},
         DICOM_KIND_UNREADABLE,
         false},
        {{"lge sax inverted", NULL, NULL, NULL, SHORT, 5, 0, 0, NULL, NULL,
          "MONOCHROME1", false},
         DICOM_KIND_UNREADABLE,
         false},
        {{"lge sax", NULL, NULL, NULL, SHORT, 5, 0, 0, "1.2.840.10008.5.1.4.1.1.2",
          "CT", NULL, false},
         DICOM_KIND_NOT_MR,
         false},
        {{"Scar segmentation", NULL, NULL, NULL, SHORT, 5, 0, 0,
          "1.2.840.10008.5.1.4.1.1.66.4", "SEG", NULL, false},
         DICOM_KIND_RESULT,
         false},
        {{"gre", NULL, NULL, NULL, SHORT, 5, 0, 0, NULL, NULL, NULL, false},
         DICOM_KIND_OTHER_MR,
         false},
    };
    struct study s = {0};

    for (size_t c = 0; c < ARRAY_LEN(cases); c++)
        put(&cases[c].looks, 100 + (int)c);
    judge(&s, DICOM_PREFER_PSIR);
    assert_int_equal(s.stacks.count, ARRAY_LEN(cases));
    for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
        const struct dicom_choice *got = &s.choice[of_series(&s, 100 + (int)c)];
        if (got->kind != cases[c].kind)
            fail_msg("\"%s\" (series %zu) is %s (%s), want %s",
                     cases[c].looks.description, 100 + c, dicom_kind_name(got->kind),
                     got->why, dicom_kind_name(cases[c].kind));
        /* series 100 and 102 and 101 are not twins: not of the same positions */
        if (got->taken != cases[c].taken)
            fail_msg("\"%s\" (series %zu): taken %d (%s)", cases[c].looks.description,
                     100 + c, got->taken, got->why);
        assert_true(got->why[0] != '\0');
    }
    forget(&s);
    empty_scratch();
}

static void of_twins_one_is_taken(void **state)
{
    (void)state;
    static const struct {
        struct looks magnitude, psir;
    } pairs[] = {
        /* told by the image type */
        {{"lge sax", "ORIGINAL\\PRIMARY\\M\\IR", NULL, NULL, SHORT, 4, 0, 300, NULL,
          NULL, NULL, false},
         {"lge sax", "ORIGINAL\\PRIMARY\\R\\IR", NULL, NULL, SHORT, 4, 0, 300, NULL,
          NULL, NULL, false}},
        /* by the description, and a phase image that is called psir */
        {{"de_psir_sax_MAG", "ORIGINAL\\PRIMARY\\M", NULL, NULL, SHORT, 4, 0, 300, NULL,
          NULL, NULL, false},
         {"de_psir_sax_PSIR", "ORIGINAL\\PRIMARY\\P", NULL, NULL, SHORT, 4, 0, 300,
          NULL, NULL, NULL, false}},
        {{"de_psir_sax_MAG", "ORIGINAL\\PRIMARY\\M", NULL, NULL, SHORT, 4, 0, 300, NULL,
          NULL, NULL, false},
         {"de_psir_sax_PSIR", "ORIGINAL\\PRIMARY\\M", NULL, NULL, SHORT, 4, 0, 300,
          NULL, NULL, NULL, false}},
    };

    for (size_t p = 0; p < ARRAY_LEN(pairs); p++)
        for (int prefer = 0; prefer < 2; prefer++) {
            struct study s = {0};
            put(&pairs[p].magnitude, 20);
            put(&pairs[p].psir, 21);
            judge(&s, prefer ? DICOM_PREFER_MAGNITUDE : DICOM_PREFER_PSIR);
            const size_t m = of_series(&s, 20), r = of_series(&s, 21);
            assert_int_equal(s.choice[m].kind, DICOM_KIND_LGE_SHORT_AXIS);
            assert_int_equal(s.choice[r].kind, DICOM_KIND_LGE_SHORT_AXIS);
            assert_int_equal(s.choice[m].taken, prefer == 1);
            assert_int_equal(s.choice[r].taken, prefer == 0);
            assert_int_equal(s.choice[m].twin, (int64_t)r);
            assert_int_equal(s.choice[r].twin, (int64_t)m);
            assert_non_null(strstr(s.choice[prefer ? r : m].why, "twin of series 2"));
            forget(&s);
            empty_scratch();
        }
}

static void two_acquisitions_are_two_cases(void **state)
{
    (void)state;
    const struct looks l = {"lge sax", NULL, NULL, NULL, SHORT, 4,
                            0,         300,  NULL, NULL, NULL,  false};
    struct study s = {0};
    char a[DICOM_CASE_ID], b[DICOM_CASE_ID];
    struct err err = {0};

    put(&l, 20);
    put(&l, 21);
    judge(&s, DICOM_PREFER_PSIR);
    assert_true(s.choice[0].taken && s.choice[1].taken);
    assert_ok(dicom_case_id(&s.scan, &s.stacks, of_series(&s, 20), a, &err), err);
    assert_ok(dicom_case_id(&s.scan, &s.stacks, of_series(&s, 21), b, &err), err);
    /* printf 2.25.20 | sha256sum */
    assert_int_equal(strncmp(a, "s20-", 4), 0);
    assert_int_equal(strlen(a), 4 + 12);
    assert_string_not_equal(a + 4, b + 4);
    assert_null(strstr(a, "Doe"));
    forget(&s);
    empty_scratch();
}

/* What a series calls itself, its pulse, its echo. */
static void names(void **state)
{
    (void)state;
    static const struct {
        const char *description, *scanning;
        double inversion_ms, echo_ms;
        bool late;
    } cases[] = {
        {"T2 STIR SAX edema", "SE\\IR", 170, 60, false},
        {"T2 STIR SAX edema", "GR\\IR", 170, 2, false}, /* by its name alone */
        {"sax_T2w_TIRM_oedema", NULL, 170, NAN, false},
        {"SAX oedema", NULL, 0, NAN, false},
        {"STIR petit axe de base", "GR\\IR", 170, 2, false},
        {"petit axe de base", "GR", 0, 2, false},
        {"SAX FSE triple IR", NULL, 150, NAN, false},
        {"SAX triple IR", "SE\\IR", 150, NAN, false},
        {"T2 SAX FS BB", NULL, 170, NAN, false},
        {"T1 TSE SAX post gad", NULL, 0, NAN, false},
        {"SAX FS", "GR\\IR", 170, 60, false}, /* by its echo time */
        {"sax viab", "SE", 300, 10, false},   /* by its spin echoes */
        {"SAX early gad", "GR\\IR", 440, 1.5, false},
        {"EGE_sax_IR 2 min", "GR\\IR", 440, 1.5, false},
        /* as they were always recognised */
        {"DE_overview_sa", NULL, 0, NAN, true},
        {"SAX DE", NULL, 0, NAN, true},
        {"petit axe DE", NULL, 0, NAN, true},
        {"sax DEMA", NULL, 0, NAN, true},
        {"SA IR post gad", NULL, 0, NAN, true},
        {"rehaussement petit axe", NULL, 0, NAN, true},
        {"sax 2D psmde", "GR\\IR", 0, 1.5, true},
        {"sax DHE", NULL, 0, NAN, true},
        {"T2prep LGE sax dark blood", "GR\\IR", 300, 1.5, true},
        {"sax PSIR T2-prep", "GR\\IR", 300, 1.5, true},
        {"sax early and late enh", "GR\\IR", 300, 1.5, true},
        {"ax_t1_offset_ir sa", "GR\\IR", 300, 1.5, true}, /* offset is no FSE */
        {"tfl sa", "GR\\IR", 300, 20, true},
    };
    struct study s = {0};

    for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
        for (int k = 0; k < 4; k++) {
            const struct looks l = {.description = cases[c].description,
                                    .scanning = cases[c].scanning,
                                    .plane = SHORT,
                                    .inversion_ms = cases[c].inversion_ms};
            struct made m = look_like(&l, 20, k, 0);
            m.echo_ms = cases[c].echo_ms;
            made_write(path_of(20, k, 0), &m);
        }
        judge(&s, DICOM_PREFER_PSIR);
        if (s.choice[0].taken != cases[c].late)
            fail_msg("\"%s\" (%s, TE %g): taken %d, as %s (%s)", cases[c].description,
                     cases[c].scanning ? cases[c].scanning : "-", cases[c].echo_ms,
                     s.choice[0].taken, dicom_kind_name(s.choice[0].kind),
                     s.choice[0].why);
        forget(&s);
        empty_scratch();
    }
}

static const struct looks MAGNITUDE = {.description = "lge sax",
                                       .image_type = "ORIGINAL\\PRIMARY\\M\\IR",
                                       .plane = SHORT,
                                       .slices = 6,
                                       .inversion_ms = 300},
                          PSIR = {.description = "lge sax",
                                  .image_type = "ORIGINAL\\PRIMARY\\R\\IR",
                                  .plane = SHORT,
                                  .slices = 6,
                                  .inversion_ms = 300};

/* Of twins, one of which lacks slices; `gone` are of the phase-sensitive. */
static void twins_of_different_length(void **state)
{
    (void)state;
    static const struct {
        int gone[4]; /* then -1 */
        const char *note;
    } cases[] = {
        /* in the middle: refused, if it is asked alone */
        {{3, -1}, "phase-sensitive twin, series 21, is not taken: 1 of 6 slices are"},
        {{0, 1, 2, 3}, "phase-sensitive twin, series 21, is not taken: only 2 slices"},
        /* at the end: nothing tells but the twin */
        {{5, -1}, "phase-sensitive twin, series 21, has 5 slices, not 6"},
    };

    for (size_t c = 0; c < ARRAY_LEN(cases); c++)
        for (int prefer = 0; prefer < 2; prefer++) {
            struct study s = {0};
            put(&MAGNITUDE, 20);
            put(&PSIR, 21);
            for (int i = 0; i < 4 && cases[c].gone[i] >= 0; i++)
                assert_int_equal(remove(path_of(21, cases[c].gone[i], 0)), 0);
            judge(&s, prefer ? DICOM_PREFER_MAGNITUDE : DICOM_PREFER_PSIR);
            const size_t m = of_series(&s, 20), r = of_series(&s, 21);
            assert_true(s.choice[m].taken);
            assert_false(s.choice[m].left_out);
            assert_false(s.choice[r].taken);
            assert_false(s.choice[r].refused);
            assert_int_equal(s.choice[m].twin, (int64_t)r);
            assert_int_equal(s.choice[r].twin, (int64_t)m);
            if (!prefer)
                assert_non_null(strstr(s.choice[m].note, cases[c].note));
            forget(&s);
            empty_scratch();
        }
    /* the longer one has a hole beyond the shorter one's end */
    struct study s = {0};
    put(&MAGNITUDE, 20);
    put(&PSIR, 21);
    for (int k = 3; k < 6; k++)
        assert_int_equal(remove(path_of(21, k, 0)), 0);
    assert_int_equal(remove(path_of(20, 4, 0)), 0);
    judge(&s, DICOM_PREFER_MAGNITUDE);
    const size_t r = of_series(&s, 21);
    assert_true(s.choice[r].taken && s.choice[r].left_out);
    assert_non_null(
        strstr(s.choice[r].note, "magnitude twin, series 20, is not taken"));
    forget(&s);
    empty_scratch();
}

/* The stack acquired twice in one place; a slice of the first's phase-sensitive images
 * is lost.  What is left of the first, and the second, are measured. */
static void a_damaged_twin_takes_no_other_acquisition_along(void **state)
{
    (void)state;
    /* series 20 to 23 one after the other, or magnitude first, told by their times */
    static const struct {
        int series[4]; /* of magnitude, psir; of both again */
        bool timed;
    } ways[] = {{{20, 21, 22, 23}, false}, {{20, 22, 21, 23}, true}};
    for (int c = 0; c < 24 * 3 * 2; c++) {
        struct study s = {0};
        const int damaged = c / 24 % 3 * 2 - 1; /* -1 (none), 1, 3 */
        const int *number = ways[c / 72].series;
        /* the files of each under names that sort anywhere */
        int place[4], left[4] = {1, 2, 3, 4}, n = 4, rest = c % 24;
        for (int i = 0; i < 4; i++) {
            const int pick = rest % n;
            rest /= n;
            place[i] = left[pick];
            left[pick] = left[--n];
        }
        for (int i = 0; i < 4; i++)
            for (int k = 0; k < MAGNITUDE.slices; k++) {
                struct made m = look_like(i % 2 ? &PSIR : &MAGNITUDE, number[i], k, 0);
                if (ways[c / 72].timed)
                    m.acquired = i < 2 ? "101500" : "102200";
                if (!(i == damaged && k == 3))
                    made_write(path_of(place[i], k, 0), &m);
            }
        judge(&s, DICOM_PREFER_PSIR);
        for (int i = 0; i < 4; i++) {
            const struct dicom_choice *own = &s.choice[of_series(&s, number[i])];
            const bool lost = i % 2 ? i == damaged : i + 1 != damaged;
            assert_int_equal(own->taken, !lost);
            if (own->taken && i % 2 == 0)
                assert_non_null(strstr(own->note, "is not taken: 1 of 6 slices"));
            assert_int_equal(own->twin, of_series(&s, number[i ^ 1]));
        }
        forget(&s);
        empty_scratch();
    }
}

/* GE's protocol is that of the examination: it names no series that names itself. */
static void the_protocol_of_all_tells_nothing_of_one(void **state)
{
    (void)state;
    static const struct {
        const char *manufacturer, *protocol, *description;
        bool taken;
    } cases[] = {
        {"GE MEDICAL SYSTEMS", "CARDIAC STRESS PERFUSION VIABILITY", "SAX MDE", true},
        {"GE Healthcare", "CARDIAC T1 MAP", "SAX MDE", true},
        {"GE MEDICAL SYSTEMS", "CARDIAC LGE", "SAX EGE 2 min", false},
        {"GE MEDICAL SYSTEMS", "CARDIAC LGE sax", "", true}, /* nothing else is said */
        {"SIEMENS", "LGE_sax_psir", "MAG images", true},
        {"SIEMENS", "perfusion_rest", "sax", false},
    };
    for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
        struct study s = {0};
        for (int k = 0; k < 5; k++) {
            struct made m = look_like(&MAGNITUDE, 20, k, 0);
            m.manufacturer = cases[c].manufacturer;
            m.protocol = cases[c].protocol;
            m.description = cases[c].description;
            made_write(path_of(20, k, 0), &m);
        }
        judge(&s, DICOM_PREFER_PSIR);
        if (s.choice[0].taken != cases[c].taken)
            fail_msg("%s of \"%s\": %s", cases[c].description, cases[c].protocol,
                     dicom_kind_name(s.choice[0].kind));
        forget(&s);
        empty_scratch();
    }
}

/* Magnitude and phase-sensitive images in one series: their ids are the same whatever
 * the files are called. */
static void ids_do_not_depend_on_file_names(void **state)
{
    (void)state;
    char want[2][DICOM_CASE_ID] = {"", ""};
    for (int turned = 0; turned < 2; turned++) {
        struct study s = {0};
        struct err err = {0};
        for (int k = 0; k < 4; k++)
            for (int psir = 0; psir < 2; psir++) {
                struct made m = look_like(psir ? &PSIR : &MAGNITUDE, 20, k, psir);
                made_write(path_of(psir == turned ? 1 : 2, k, 0), &m);
            }
        judge(&s, DICOM_PREFER_PSIR);
        assert_int_equal(s.stacks.count, 2);
        for (size_t i = 0; i < 2; i++) {
            char id[DICOM_CASE_ID];
            const int psir = s.stacks.stack[i].signal == DICOM_PHASE_SENSITIVE;
            assert_ok(dicom_case_id(&s.scan, &s.stacks, i, id, &err), err);
            assert_int_equal(strcmp(id + strlen(id) - 2, "-2") == 0, !psir);
            if (turned)
                assert_string_equal(id, want[psir]);
            (void)snprintf(want[psir], DICOM_CASE_ID, "%s", id);
        }
        forget(&s);
        empty_scratch();
    }
}

/* The same, told apart by their descriptions alone. */
static void twins_by_name(void **state)
{
    (void)state;
    struct study s = {0};
    struct looks magnitude = MAGNITUDE, psir = MAGNITUDE;

    magnitude.description = "de_psir_sax_MAG";
    psir.description = "de_psir_sax_PSIR";
    psir.slices = 5;
    put(&magnitude, 20);
    put(&psir, 21);
    judge(&s, DICOM_PREFER_PSIR);
    assert_true(s.choice[of_series(&s, 20)].taken);
    assert_false(s.choice[of_series(&s, 21)].taken);
    assert_string_equal(s.choice[of_series(&s, 21)].why,
                        "phase-sensitive twin of series 20, which has more slices");
    forget(&s);
    empty_scratch();
}

/* A stack of the same signal, or elsewhere, is no twin. */
static void a_part_is_no_twin_by_itself(void **state)
{
    (void)state;
    struct study s = {0};
    struct looks part = MAGNITUDE;

    part.slices = 4;
    put(&MAGNITUDE, 20);
    put(&part, 21);               /* acquired twice, the second time shorter */
    for (int k = 0; k < 5; k++) { /* after the patient has moved */
        struct made m = look_like(&PSIR, 22, k, 0);
        m.position[0] += 1.0;
        made_write(path_of(22, k, 0), &m);
    }
    judge(&s, DICOM_PREFER_MAGNITUDE);
    assert_true(s.choice[of_series(&s, 20)].taken);
    assert_true(s.choice[of_series(&s, 21)].taken);
    assert_true(s.choice[of_series(&s, 22)].taken);
    assert_int_equal(s.choice[of_series(&s, 20)].twin, -1);
    assert_string_equal(s.choice[of_series(&s, 20)].note, "");
    forget(&s);
    empty_scratch();
}

/* Refused is what would be measured, and nothing else. */
static void what_is_refused(void **state)
{
    (void)state;
    static const struct looks cine = {
        .description = "cine sax", .plane = SHORT, .slices = 2};
    struct study s = {0};

    put(&MAGNITUDE, 20);
    assert_int_equal(remove(path_of(20, 2, 0)), 0);
    put(&PSIR, 21);
    for (int k = 2; k < 6; k++)
        assert_int_equal(remove(path_of(21, k, 0)), 0);
    put(&cine, 22);
    judge(&s, DICOM_PREFER_PSIR);
    assert_true(s.choice[of_series(&s, 20)].refused);
    assert_non_null(strstr(s.choice[of_series(&s, 20)].why, "1 of 6 slices"));
    assert_true(s.choice[of_series(&s, 21)].refused); /* no twin of it is taken */
    assert_string_equal(s.choice[of_series(&s, 21)].why, "only 2 slices");
    assert_false(s.choice[of_series(&s, 22)].refused);
    forget(&s);
    empty_scratch();
}

/* The end slice is in the series, but not in the stack. */
static void the_end_slice_is_left_out(void **state)
{
    (void)state;
    static const struct {
        const char *what, *note;
    } cases[] = {
        {"size", "1 slice of its series is left out: another size"},
        {"tilt", "1 slice of its series is left out: another size"},
        {"frame of reference", "1 slice of its series is left out: another size"},
        {"no position", "1 slice of its series is left out: no position"},
        {"phase", ""},    /* another signal: not meant to be in the stack */
        {"long axis", ""} /* nor is another plane */
    };
    const double tilt = 0.01;

    for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
        struct study s = {0};
        struct looks looks = MAGNITUDE;
        looks.description = c == 5 ? "lge" : "lge sax";
        put(&looks, 20);
        struct made m = look_like(&looks, 20, 5, 0);
        m.rows += c == 0;
        for (int a = 0; c == 1 && a < 3; a++) /* columns turn towards the normal */
            m.orientation[3 + a] += tilt * (m.position[a] - FIRST[a]) / 50.0;
        if (c == 2)
            m.frame_of_reference = "2.25.6";
        m.placed = c != 3;
        if (c == 4)
            m.image_type = "ORIGINAL\\PRIMARY\\P\\IR";
        if (c == 5)
            memcpy(m.orientation, FOUR, sizeof m.orientation);
        made_write(path_of(20, 5, 0), &m);
        judge(&s, DICOM_PREFER_PSIR);
        assert_int_equal(s.stacks.count, 2);
        const size_t whole = s.stacks.stack[1].planes > 1;
        if (!s.choice[whole].taken || s.choice[whole].left_out != (c < 4) ||
            s.choice[!whole].taken || s.choice[!whole].refused ||
            !strstr(s.choice[whole].note, cases[c].note))
            fail_msg("%s: \"%s\", the other %s (%s)", cases[c].what,
                     s.choice[whole].note, dicom_kind_name(s.choice[!whole].kind),
                     s.choice[!whole].why);
        forget(&s);
        empty_scratch();
    }
}

static void words(void **state)
{
    (void)state;
    enum dicom_prefer prefer = DICOM_PREFER_PSIR;
    struct err err = {0};

    assert_ok(dicom_prefer_parse("magnitude", &prefer, &err), err);
    assert_int_equal(prefer, DICOM_PREFER_MAGNITUDE);
    assert_refused(dicom_prefer_parse("phase", &prefer, &err), err, ERR_ARG,
                   "not psir or magnitude");
    for (int k = 0; k < DICOM_KIND_COUNT; k++)
        assert_non_null(dicom_kind_name((enum dicom_kind)k));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_told_apart),
        cmocka_unit_test(of_twins_one_is_taken),
        cmocka_unit_test(two_acquisitions_are_two_cases),
        cmocka_unit_test(names),
        cmocka_unit_test(twins_of_different_length),
        cmocka_unit_test(a_damaged_twin_takes_no_other_acquisition_along),
        cmocka_unit_test(the_protocol_of_all_tells_nothing_of_one),
        cmocka_unit_test(ids_do_not_depend_on_file_names),
        cmocka_unit_test(twins_by_name),
        cmocka_unit_test(a_part_is_no_twin_by_itself),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(the_end_slice_is_left_out),
        cmocka_unit_test(words),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
