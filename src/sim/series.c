#include "sim/series.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dicom/mr_series.h"
#include "geom/orient.h"
#include "sim/stored.h"

/* How a vendor's scanners describe themselves and a late-enhancement series. */
struct vendor {
    const char *vendor, *manufacturer;
    const char *model[2]; /* of 1.5 T, of 3 T */
    const char *software;
    const char *image_type[2]; /* magnitude, phase-sensitive */
    const char *description[2];
    const char *sequence, *variant, *options, *name;
};

#define DIASTOLE .65 /* of the beat, where the heart is imaged */

static const struct vendor vendors[] = {
    {"Philips",
     "Philips Medical Systems",
     {"Achieva", "Ingenia"},
     "5.1.7",
     {"ORIGINAL\\PRIMARY\\M_IR\\M\\IR", "ORIGINAL\\PRIMARY\\CR_IR\\CR\\IR"},
     {"LGE_SA", "PSIR_TFE_SA"},
     "GR\\IR",
     "SK\\MP",
     "CG",
     "TFE"},
    {"Siemens",
     "SIEMENS",
     {"Avanto", "Skyra"},
     "syngo MR B17",
     {"ORIGINAL\\PRIMARY\\M\\NORM\\DIS2D", "ORIGINAL\\PRIMARY\\M\\PSIR\\NORM\\DIS2D"},
     {"de_high_res_sa_MAG", "de_high_res_sa_PSIR"},
     "GR\\IR",
     "SK\\SP\\MP",
     "CG",
     "*tfl2d1_25"},
    {"GE",
     "GE MEDICAL SYSTEMS",
     {"Signa HDxt", "DISCOVERY MR750"},
     "24\\LX\\MR Software release:HD16.0",
     {"ORIGINAL\\PRIMARY\\OTHER", "ORIGINAL\\PRIMARY\\OTHER\\PSIR"},
     {"SA MDE", "SA PSMDE"},
     "GR\\IR",
     "SK\\SS\\MP",
     "CG",
     "FGRE"},
};

static const struct vendor *vendor_of(const struct sim_case *c)
{
    const char *name = sim_sites[c->place.site].vendor;
    size_t v = 0;

    while (v + 1 < ARRAY_LEN(vendors) && strcmp(vendors[v].vendor, name) != 0)
        v++;
    return &vendors[v];
}

bool sim_series_turn(struct sim_case *c, struct err *err)
{
    const struct geom_order back = {{0, 1, 2}, {false, false, true}};
    struct labels *labels[1 + SIM_READERS] = {&c->stack.truth, &c->reading[0],
                                              &c->reading[1]};
    struct image image = {0};

    _Static_assert(SIM_READERS == 2, "all readings are turned");
    if (!dicom_mr_series_is_reversed(&c->stack.image.grid))
        return true;
    if (!geom_order_image(&c->stack.image, &back, &image, err))
        return false;
    image_clear(&c->stack.image);
    c->stack.image = image;
    for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
        struct labels turned = {0};
        if (!labels[i]->vox) /* nobody read it */
            continue;
        if (!geom_order_labels(labels[i], &back, &turned, err))
            return false;
        labels_clear(labels[i]);
        *labels[i] = turned;
    }
    return true;
}

#define PUT(field, ...) (void)snprintf(field, sizeof(field), __VA_ARGS__)

/* Identifiers of the simulated world: the same patient has the same ones. */
static bool name_uids(const struct sim_case *c, struct dicom_source *s, struct err *err)
{
    char seed[24], index[24], mode[8];

    PUT(seed, "%" PRIu64, c->patient.seed);
    PUT(index, "%" PRIu64, c->patient.index);
    PUT(mode, "%d", (int)c->patient.mode);
    return dicom_uid_of(s->study.uid, err, "simulated study", seed, index, mode,
                        NULL) &&
           dicom_uid_of(s->series.uid, err, "simulated series", s->study.uid, NULL) &&
           dicom_uid_of(s->series.frame_of_reference, err, "simulated frame",
                        s->study.uid, NULL);
}

static bool describe(const struct sim_case *c, struct dicom_source *s, struct err *err)
{
    const struct sim_site *site = &sim_sites[c->place.site];
    const struct vendor *vendor = vendor_of(c);
    const uint64_t number = c->patient.index + 1;

    PUT(s->patient.name, "SIM^%04" PRIu64, number);
    PUT(s->patient.id, "sim-%04" PRIu64, number);
    PUT(s->patient.sex, "%s", c->patient.male ? "M" : "F");
    PUT(s->study.patient_age, "%03dY", (int)c->patient.age_years);
    PUT(s->study.id, "%" PRIu64, number);
    PUT(s->study.date, "20200101");
    PUT(s->study.time, "080000");
    PUT(s->study.description, "Cardiac MR (simulated)");
    PUT(s->series.modality, "MR");
    PUT(s->series.number, "%d", 12);
    PUT(s->series.date, "20200101");
    PUT(s->series.time, "08%02d00", (int)fmin(c->scan.delay_min, 30) + 25);
    PUT(s->series.description, "%s", vendor->description[c->scan.psir]);
    PUT(s->series.protocol, "%s", vendor->description[c->scan.psir]);
    PUT(s->series.body_part, "HEART");
    PUT(s->series.patient_position, "HFS");
    PUT(s->equipment.manufacturer, "%s", vendor->manufacturer);
    PUT(s->equipment.model, "%s", vendor->model[c->scan.field_t > 2]);
    PUT(s->equipment.software, "%s", vendor->software);
    PUT(s->equipment.station, "SIM%s", site->name);
    PUT(s->equipment.institution, "Simulated site %s", site->name);
    return name_uids(c, s, err);
}

bool sim_series_write(const struct sim_case *c, const char *dir, struct err *err)
{
    const struct vendor *vendor = vendor_of(c);
    const struct image *image = &c->stack.image;
    const size_t n = grid_voxels(&image->grid);
    const double dark = sim_stored_percentile(image->vox, n, .01);
    const double bright = sim_stored_percentile(image->vox, n, .995);
    const struct dicom_mr mr = {
        .image_type = vendor->image_type[c->scan.psir],
        .scanning_sequence = vendor->sequence,
        .sequence_variant = vendor->variant,
        .scan_options = vendor->options,
        .sequence_name = vendor->name,
        .contrast_agent = "GADOLINIUM",
        .comments = "Simulated by Cicatrix, not a patient",
        .three_d = c->scan.profile_mm > 1.4 * c->scan.thickness_mm,
        .tr_ms = c->scan.tr_ms,
        .te_ms = c->scan.te_ms,
        .ti_ms = floor(c->scan.ti_ms + .5),
        .flip_deg = c->scan.flip_deg,
        .field_t = c->scan.field_t,
        .bandwidth_hz = c->scan.bandwidth_hz,
        .rr_ms = c->scan.rr_ms,
        .trigger_ms = floor(DIASTOLE * c->scan.rr_ms),
        .echo_train = c->scan.segment,
        .slope = c->stack.slope,
        .inter = c->stack.inter,
        .window_centre = .5 * (dark + bright),
        .window_width = fmax(bright - dark, 1),
    };
    struct dicom_source source = {0};
    const bool ok =
        describe(c, &source, err) &&
        dicom_mr_series_place(&image->grid, c->scan.thickness_mm, &source, err) &&
        dicom_mr_series_write(dir, &mr, image, &source, err);

    dicom_source_clear(&source);
    return ok;
}
