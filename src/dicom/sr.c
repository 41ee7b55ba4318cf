#include "dicom/sr.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/version.h"
#include "dicom/derived.h"
#include "dicom/seg.h"

enum { SERIES_NUMBER = 9102 };

static const struct dicom_code VOLUME = {"118565006", "SCT", "Volume"};
static const struct dicom_code MASS = {"118538004", "SCT", "Mass"};
static const struct dicom_code PERCENT_LGE = {
    "percent-lge", DICOM_OWN_SCHEME, "Scar share of myocardium by volume (%LGE)"};
static const struct dicom_code ML = {"mL", "UCUM", "milliliter"};
static const struct dicom_code GRAM = {"g", "UCUM", "gram"};
static const struct dicom_code PERCENT = {"%", "UCUM", "percent"};
static const struct dicom_code FINDING_SITE = {"363698007", "SCT", "Finding Site"};

/* How a content item hangs on the one above. */
#define CONTAINS "CONTAINS"
#define OBSERVED "HAS OBS CONTEXT"
#define ACQUIRED "HAS ACQ CONTEXT"
#define MODIFIED "HAS CONCEPT MOD"

/* ---- content items ---- */

static struct dicom_code dcm(const char *value, const char *meaning)
{
    return (struct dicom_code){value, "DCM", meaning};
}

/* Begin an item; its value and dicom_encode_end() follow. */
static void begin(struct dicom_encoder *e, const char *relation, const char *type,
                  const struct dicom_code *concept)
{
    dicom_encode_begin(e, DICOM_CONTENT_SEQUENCE);
    dicom_encode_text(e, DICOM_RELATION, relation);
    dicom_encode_text(e, DICOM_VALUE_TYPE, type);
    if (concept)
        dicom_code_put(e, DICOM_CONCEPT_SEQUENCE, concept);
}

static void template_of(struct dicom_encoder *e, const char *number)
{
    dicom_encode_begin(e, DICOM_TEMPLATE_SEQUENCE);
    dicom_encode_text(e, DICOM_TEMPLATE_RESOURCE, "DCMR");
    dicom_encode_text(e, DICOM_TEMPLATE_ID, number);
    dicom_encode_end(e);
}

static void begin_container(struct dicom_encoder *e, const struct dicom_code concept)
{
    begin(e, CONTAINS, "CONTAINER", &concept);
    dicom_encode_text(e, DICOM_CONTINUITY, "SEPARATE");
}

static void put_text(struct dicom_encoder *e, const char *relation,
                     const struct dicom_code concept, const char *text)
{
    begin(e, relation, "TEXT", &concept);
    dicom_encode_text(e, DICOM_TEXT_VALUE, text);
    dicom_encode_end(e);
}

static void put_uid(struct dicom_encoder *e, const char *relation,
                    const struct dicom_code concept, const char *uid)
{
    begin(e, relation, "UIDREF", &concept);
    dicom_encode_text(e, DICOM_UID_VALUE, uid);
    dicom_encode_end(e);
}

static void put_person(struct dicom_encoder *e, const char *relation,
                       const struct dicom_code concept, const char *name)
{
    begin(e, relation, "PNAME", &concept);
    dicom_encode_text(e, DICOM_PERSON_NAME, name);
    dicom_encode_end(e);
}

static void put_code(struct dicom_encoder *e, const char *relation,
                     const struct dicom_code concept, const struct dicom_code value)
{
    begin(e, relation, "CODE", &concept);
    dicom_code_put(e, DICOM_CONCEPT_CODE_SEQUENCE, &value);
    dicom_encode_end(e);
}

/* A measurement; nothing where it is not available. */
static void put_number(struct dicom_encoder *e, const struct dicom_code *concept,
                       double value, const struct dicom_code *unit)
{
    if (!isfinite(value))
        return;
    begin(e, CONTAINS, "NUM", concept);
    dicom_encode_begin(e, DICOM_MEASURED_SEQUENCE);
    dicom_encode_real(e, DICOM_NUMERIC_VALUE, value);
    dicom_code_put(e, DICOM_UNITS_SEQUENCE, unit);
    dicom_encode_end(e);
    dicom_encode_end(e);
}

/* ---- parts of the tree ---- */

static bool put_observer(struct dicom_encoder *e, const struct dicom_source *source,
                         const struct dicom_maker *maker, struct err *err)
{
    const char *reader = dicom_derived_reader(source, maker);
    char device[DICOM_UID_SIZE];

    if (!dicom_uid_of(device, err, "device", version_number(), version_commit(),
                      maker->sha256, NULL))
        return false;
    put_code(e, MODIFIED, dcm("121049", "Language of Content Item and Descendants"),
             (struct dicom_code){"eng", "RFC5646", "English"});
    put_code(e, OBSERVED, dcm("121005", "Observer Type"), dcm("121007", "Device"));
    put_uid(e, OBSERVED, dcm("121012", "Device Observer UID"), device);
    put_text(e, OBSERVED, dcm("121013", "Device Observer Name"), "Cicatrix");
    put_text(e, OBSERVED, dcm("121014", "Device Observer Manufacturer"), "Cicatrix");
    put_text(e, OBSERVED, dcm("121015", "Device Observer Model Name"), maker->model);
    put_text(e, OBSERVED, dcm("121016", "Device Observer Serial Number"),
             version_commit());
    if (reader) {
        put_code(e, OBSERVED, dcm("121005", "Observer Type"), dcm("121006", "Person"));
        put_person(e, OBSERVED, dcm("121008", "Person Observer Name"), reader);
    }
    put_code(e, MODIFIED, dcm("121058", "Procedure reported"),
             (struct dicom_code){"241620005", "SCT", "Cardiac MRI"});
    return true;
}

/* Every image of the source, each file once. */
static void put_images(struct dicom_encoder *e, const struct dicom_code *concept,
                       const struct dicom_source *source)
{
    const struct dicom_slice *slice = source->slice;

    for (int32_t k = 0; k < source->slices; k++) {
        if (dicom_derived_same_file(source, k))
            continue;
        begin(e, CONTAINS, "IMAGE", concept);
        dicom_encode_begin(e, DICOM_REFERENCED_SOP_SEQUENCE);
        dicom_derived_put_instance(e, slice[k].sop_class, slice[k].sop_instance);
        dicom_encode_end(e);
        dicom_encode_end(e);
    }
}

static void put_library(struct dicom_encoder *e, const struct dicom_source *source)
{
    begin_container(e, dcm("111028", "Image Library"));
    begin_container(e, dcm("126200", "Image Library Group"));
    put_code(e, ACQUIRED, dcm("121139", "Modality"), dcm("MR", "Magnetic Resonance"));
    put_images(e, NULL, source);
    dicom_encode_end(e);
    dicom_encode_end(e);
}

/* What opens every group of measurements: what is followed, and who measured. */
static void begin_group(struct dicom_encoder *e, const char *number, const char *name,
                        const char *tracking)
{
    begin_container(e, dcm("125007", "Measurement Group"));
    template_of(e, number);
    put_text(e, OBSERVED, dcm("112039", "Tracking Identifier"), name);
    put_uid(e, OBSERVED, dcm("112040", "Tracking Unique Identifier"), tracking);
}

static void put_algorithm(struct dicom_encoder *e, const struct dicom_maker *maker)
{
    const struct dicom_code version = dcm("111003", "Algorithm Version");

    put_text(e, MODIFIED, dcm("111001", "Algorithm Name"), maker->model);
    begin(e, MODIFIED, "TEXT", &version);
    dicom_derived_put_version(e, DICOM_TEXT_VALUE, maker);
    dicom_encode_end(e);
}

static bool put_part(struct dicom_encoder *e, const struct dicom_source *source,
                     const struct dicom_sr *sr, const struct dicom_maker *maker,
                     enum dicom_part part, struct err *err)
{
    const struct dicom_part_words *words = &dicom_code_part[part];
    const struct dicom_code segment = dcm("121191", "Referenced Segment");
    const struct dicom_code image = dcm("121233", "Source image for segmentation");
    char tracking[DICOM_UID_SIZE];

    if (!dicom_derived_tracking(source, part, tracking, err))
        return false;
    begin_group(e, "1411", words->name, tracking);
    put_code(e, CONTAINS, dcm("121071", "Finding"), words->type);
    begin(e, CONTAINS, "IMAGE", &segment);
    dicom_encode_begin(e, DICOM_REFERENCED_SOP_SEQUENCE);
    dicom_derived_put_instance(e, DICOM_CLASS_SEG, sr->seg_uid);
    dicom_encode_whole(e, DICOM_REFERENCED_SEGMENT,
                       dicom_seg_number(sr->seg_parts, part));
    dicom_encode_end(e);
    dicom_encode_end(e);
    if (dicom_derived_is_one_series(source))
        put_uid(e, CONTAINS, dcm("121232", "Source series for segmentation"),
                dicom_derived_series_of(source, 0));
    else /* each slice may be a series of its own */
        put_images(e, &image, source);
    put_algorithm(e, maker);
    put_code(e, MODIFIED, FINDING_SITE, words->region);
    switch (part) {
    case DICOM_MYOCARDIUM:
        put_number(e, &VOLUME, sr->myocardium_ml, &ML);
        put_number(e, &MASS, sr->myocardium_g, &GRAM);
        break;
    case DICOM_SCAR:
        put_number(e, &VOLUME, sr->scar_ml, &ML);
        put_number(e, &MASS, sr->scar_g, &GRAM);
        put_number(e, &PERCENT_LGE, sr->percent_lge, &PERCENT);
        break;
    case DICOM_LV_BLOOD:
        put_number(e, &VOLUME, sr->blood_pool_ml, &ML);
        break;
    case DICOM_NO_REFLOW:
        put_number(e, &VOLUME, sr->no_reflow_ml, &ML);
        break;
    case DICOM_RV_BLOOD:
    case DICOM_PARTS:
        break;
    }
    dicom_encode_end(e);
    return true;
}

static bool put_aha(struct dicom_encoder *e, const struct dicom_source *source,
                    const struct dicom_sr *sr, const struct dicom_maker *maker,
                    struct err *err)
{
    for (int s = 1; s <= DICOM_SR_SEGMENTS; s++) {
        char name[32], tracking[DICOM_UID_SIZE];
        if (!isfinite(sr->segment_percent[s - 1]))
            continue;
        (void)snprintf(name, sizeof name, "AHA segment %d", s);
        if (!dicom_uid_of(tracking, err, "tracking", name, source->series.uid, NULL))
            return false;
        begin_group(e, "1501", name, tracking);
        put_algorithm(e, maker);
        put_code(e, MODIFIED, FINDING_SITE, *dicom_code_aha(s));
        put_number(e, &PERCENT_LGE, sr->segment_percent[s - 1], &PERCENT);
        dicom_encode_end(e);
    }
    return true;
}

static bool put_measurements(struct dicom_encoder *e, const struct dicom_source *source,
                             const struct dicom_sr *sr, const struct dicom_maker *maker,
                             struct err *err)
{
    begin_container(e, dcm("126010", "Imaging Measurements"));
    for (int p = 0; p < DICOM_PARTS; p++)
        if (p != DICOM_RV_BLOOD && /* which nobody measures */
            dicom_seg_number(sr->seg_parts, (enum dicom_part)p) > 0 &&
            !put_part(e, source, sr, maker, (enum dicom_part)p, err))
            return false;
    if (!put_aha(e, source, sr, maker, err))
        return false;
    dicom_encode_end(e);
    return true;
}

static void put_evaluations(struct dicom_encoder *e, const struct dicom_sr *sr)
{
    const struct dicom_code yes = {"373066001", "SCT", "Yes"};
    const struct dicom_code no = {"373067005", "SCT", "No"};
    char value[17], meaning[16];

    (void)snprintf(value, sizeof value, "quality-%s", sr->verdict);
    (void)snprintf(meaning, sizeof meaning, "%c%s", sr->verdict[0] - 'a' + 'A',
                   sr->verdict + 1);
    begin_container(e,
                    (struct dicom_code){"C0034375", "UMLS", "Qualitative Evaluations"});
    if (isfinite(sr->percent_lge))
        put_code(e, CONTAINS,
                 sr->from_15 ? (struct dicom_code){"lge-from-15", DICOM_OWN_SCHEME,
                                                   "%LGE of 15 or more"}
                             : (struct dicom_code){"lge-above-15", DICOM_OWN_SCHEME,
                                                   "%LGE above 15"},
                 sr->large ? yes : no);
    put_code(e, CONTAINS, dcm("111050", "Quality Assessment"),
             (struct dicom_code){value, DICOM_OWN_SCHEME, meaning});
    if (sr->reasons && *sr->reasons)
        put_text(e, CONTAINS, dcm("121106", "Comment"), sr->reasons);
    if (sr->segments_from && *sr->segments_from)
        put_text(e, CONTAINS, dcm("121106", "Comment"), sr->segments_from);
    put_text(e, CONTAINS, dcm("121106", "Comment"),
             "Research software, not a medical device.");
    dicom_encode_end(e);
}

/* ---- modules ---- */

static bool put_evidence(struct dicom_encoder *e, const struct dicom_source *source,
                         const struct dicom_sr *sr, const struct dicom_maker *maker,
                         struct err *err)
{
    char series[DICOM_UID_SIZE];

    if (!dicom_seg_series(source, maker, series, err))
        return false;
    dicom_encode_begin(e, DICOM_EVIDENCE_SEQUENCE);
    dicom_encode_text(e, DICOM_STUDY_UID, source->study.uid);
    dicom_derived_put_source_series(e, DICOM_REFERENCED_SOP_SEQUENCE, source);
    dicom_encode_begin(e, DICOM_REFERENCED_SERIES_SEQUENCE);
    dicom_encode_text(e, DICOM_SERIES_UID, series);
    dicom_encode_begin(e, DICOM_REFERENCED_SOP_SEQUENCE);
    dicom_derived_put_instance(e, DICOM_CLASS_SEG, sr->seg_uid);
    dicom_encode_end(e);
    dicom_encode_end(e);
    dicom_encode_end(e);
    return true;
}

static void put_document(struct dicom_encoder *e)
{
    const struct dicom_code title = dcm("126000", "Imaging Measurement Report");

    dicom_encode_empty(e, DICOM_PERFORMED_STEP_SEQUENCE);
    dicom_encode_empty(e, DICOM_PROCEDURE_CODE_SEQUENCE);
    dicom_encode_text(e, DICOM_COMPLETION, "COMPLETE");
    dicom_encode_text(e, DICOM_VERIFICATION, "UNVERIFIED");
    dicom_code_declare_own(e);
    dicom_encode_text(e, DICOM_VALUE_TYPE, "CONTAINER");
    dicom_code_put(e, DICOM_CONCEPT_SEQUENCE, &title);
    dicom_encode_text(e, DICOM_CONTINUITY, "SEPARATE");
    template_of(e, "1500");
}

static bool build(struct dicom_encoder *e, const struct dicom_source *source,
                  const struct dicom_sr *sr, const struct dicom_maker *maker,
                  struct err *err)
{
    const struct dicom_derived derived = {source, maker, "SR", "Cicatrix measurements",
                                          SERIES_NUMBER};

    if (!dicom_derived_put(e, &derived, err) ||
        !put_evidence(e, source, sr, maker, err))
        return false;
    put_document(e);
    if (!put_observer(e, source, maker, err))
        return false;
    put_library(e, source);
    if (!put_measurements(e, source, sr, maker, err))
        return false;
    put_evaluations(e, sr);
    return true;
}

bool dicom_sr_write(const char *path, const struct dicom_source *source,
                    const struct dicom_sr *sr, const struct dicom_maker *maker,
                    char uid[static DICOM_UID_SIZE], struct err *err)
{
    struct dicom_encoder e = {0};

    if (!source->slice)
        return ERR_FAIL(err, ERR_ARG, "%s: no series to report on", path);
    if (strcmp(sr->verdict, "accept") != 0 && strcmp(sr->verdict, "review") != 0 &&
        strcmp(sr->verdict, "reject") != 0)
        return ERR_FAIL(err, ERR_ARG, "%s: no verdict '%s'", path, sr->verdict);
    const bool ok = build(&e, source, sr, maker, err) &&
                    dicom_encode_write(&e, DICOM_CLASS_ENHANCED_SR, path, uid, err);
    dicom_encode_clear(&e);
    return ok;
}
