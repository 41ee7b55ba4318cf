#include "dicom/derived.h"

#include <stdio.h>
#include <string.h>

#include "base/version.h"

enum { MAX_DESCRIPTION = 64 }; /* characters of an LO */

static const char NO_DATE[] = "19000101";
static const char NO_TIME[] = "000000";

static const char *first_known(const char *a, const char *b, const char *otherwise)
{
    return *a ? a : *b ? b : otherwise;
}

static void put_patient(struct dicom_encoder *e, const struct dicom_source *s)
{
    dicom_encode_text(e, DICOM_PATIENT_NAME, s->patient.name);
    dicom_encode_text(e, DICOM_PATIENT_ID, s->patient.id);
    dicom_encode_text(e, DICOM_PATIENT_BIRTH_DATE, s->patient.birth_date);
    dicom_encode_text(e, DICOM_PATIENT_SEX, s->patient.sex);
    dicom_encode_text_if(e, DICOM_ID_ISSUER, s->patient.issuer);
    dicom_encode_text_if(e, DICOM_PATIENT_AGE, s->study.patient_age);
    dicom_encode_text_if(e, DICOM_PATIENT_SIZE, s->study.patient_size);
    dicom_encode_text_if(e, DICOM_PATIENT_WEIGHT, s->study.patient_weight);
}

static void put_study(struct dicom_encoder *e, const struct dicom_source *s)
{
    dicom_encode_text(e, DICOM_STUDY_UID, s->study.uid);
    dicom_encode_text(e, DICOM_STUDY_DATE, s->study.date);
    dicom_encode_text(e, DICOM_STUDY_TIME, s->study.time);
    dicom_encode_text(e, DICOM_STUDY_ID, s->study.id);
    dicom_encode_text(e, DICOM_ACCESSION, s->study.accession);
    dicom_encode_text(e, DICOM_REFERRING_PHYSICIAN, s->study.referring);
    dicom_encode_text_if(e, DICOM_STUDY_DESCRIPTION, s->study.description);
}

/* What PS3.15 asks of a file whose patient cannot be told. */
static void put_deidentification(struct dicom_encoder *e, enum dicom_identity identity)
{
    if (identity == DICOM_IDENTIFIED)
        return;
    dicom_encode_text(e, DICOM_IDENTITY_REMOVED, "YES");
    dicom_encode_text(e, DICOM_DEIDENTIFICATION_METHOD,
                      "Cicatrix: PS3.15 basic profile");
    dicom_code_put_dcm(e, DICOM_DEIDENTIFICATION_CODE_SEQUENCE, "113100",
                       "Basic Application Confidentiality Profile");
    if (identity == DICOM_ANONYMOUS_UIDS_KEPT)
        dicom_code_put_dcm(e, DICOM_DEIDENTIFICATION_CODE_SEQUENCE, "113110",
                           "Retain UIDs Option");
    dicom_encode_text(e, DICOM_TEMPORAL_MODIFIED, "REMOVED");
}

void dicom_derived_put_study(struct dicom_encoder *e, const struct dicom_source *source)
{
    dicom_encode_text(e, DICOM_CHARACTER_SET, "ISO_IR 192");
    put_patient(e, source);
    put_deidentification(e, source->identity);
    put_study(e, source);
}

const char *dicom_derived_reader(const struct dicom_source *source,
                                 const struct dicom_maker *maker)
{
    return source->identity == DICOM_IDENTIFIED ? maker->reader : NULL;
}

static void put_dates(struct dicom_encoder *e, const struct dicom_source *s)
{
    /* a date and the time of another day would be worse than none */
    const bool of_series = s->series.date[0] && s->series.time[0];
    const char *date = of_series ? s->series.date
                                 : first_known(s->study.date, s->series.date, NO_DATE);
    const char *time =
        of_series ? s->series.time : first_known(s->study.time, "", NO_TIME);

    dicom_encode_text(e, DICOM_SERIES_DATE, date);
    dicom_encode_text(e, DICOM_SERIES_TIME, time);
    dicom_encode_text(e, DICOM_CONTENT_DATE, date);
    dicom_encode_text(e, DICOM_CONTENT_TIME, time);
}

static void put_equipment(struct dicom_encoder *e)
{
    dicom_encode_text(e, DICOM_MANUFACTURER, "Cicatrix");
    dicom_encode_text(e, DICOM_MODEL_NAME, "Cicatrix");
    dicom_encode_text(e, DICOM_SERIAL_NUMBER, version_commit());
    dicom_encode_text(e, DICOM_SOFTWARE, version_number());
}

bool dicom_derived_series(const struct dicom_derived *d,
                          char uid[static DICOM_UID_SIZE], struct err *err)
{
    return dicom_uid_of(uid, err, "series", d->modality, d->description,
                        d->source->series.uid, version_number(), version_commit(),
                        d->maker->model, d->maker->sha256,
                        d->maker->reader /* may be the end */, NULL);
}

/* In the list of series of an archive the network's stand beside a reader's. */
static void put_description(struct dicom_encoder *e, const struct dicom_derived *d)
{
    char text[MAX_DESCRIPTION + 1];

    (void)snprintf(text, sizeof text, "%s%s", d->description,
                   d->maker->corrected ? ", corrected" : "");
    dicom_encode_text(e, DICOM_SERIES_DESCRIPTION, text);
}

bool dicom_derived_put(struct dicom_encoder *e, const struct dicom_derived *d,
                       struct err *err)
{
    const struct dicom_source *s = d->source;
    char series[DICOM_UID_SIZE];

    if (!dicom_derived_series(d, series, err))
        return false;
    dicom_derived_put_study(e, s);
    dicom_encode_text(e, DICOM_MODALITY, d->modality);
    dicom_encode_text(e, DICOM_SERIES_UID, series);
    dicom_encode_whole(e, DICOM_SERIES_NUMBER, d->series_number);
    put_description(e, d);
    dicom_encode_whole(e, DICOM_INSTANCE_NUMBER, 1);
    put_dates(e, s);
    put_equipment(e);
    return true;
}

void dicom_derived_put_lossy(struct dicom_encoder *e, const struct dicom_source *source)
{
    const struct dicom_lossy *l = &source->lossy;

    dicom_encode_text(e, DICOM_LOSSY, l->is ? "01" : "00");
    dicom_encode_text_if(e, DICOM_LOSSY_RATIO, l->is ? l->ratio : "");
    dicom_encode_text_if(e, DICOM_LOSSY_METHOD, l->is ? l->method : "");
}

bool dicom_derived_put_frame_of_reference(struct dicom_encoder *e,
                                          const struct dicom_source *source,
                                          struct err *err)
{
    char own[DICOM_UID_SIZE];
    const char *frame = source->series.frame_of_reference;

    if (!*frame) {
        if (!dicom_uid_of(own, err, "frame of reference", source->series.uid, NULL))
            return false;
        frame = own;
    }
    dicom_encode_text(e, DICOM_FRAME_OF_REFERENCE, frame);
    dicom_encode_text(e, DICOM_POSITION_REFERENCE, source->series.position_indicator);
    return true;
}

void dicom_derived_put_instance(struct dicom_encoder *e, const char *sop_class,
                                const char *sop_instance)
{
    dicom_encode_text(e, DICOM_REFERENCED_SOP_CLASS, sop_class);
    dicom_encode_text(e, DICOM_REFERENCED_SOP_INSTANCE, sop_instance);
}

void dicom_derived_put_slice(struct dicom_encoder *e, const struct dicom_slice *slice)
{
    dicom_derived_put_instance(e, slice->sop_class, slice->sop_instance);
    if (slice->frame > 0)
        dicom_encode_whole(e, DICOM_REFERENCED_FRAME, slice->frame);
}

bool dicom_derived_same_file(const struct dicom_source *source, int32_t k)
{
    return k > 0 && strcmp(source->slice[k].sop_instance,
                           source->slice[k - 1].sop_instance) == 0;
}

static void put_file(struct dicom_encoder *e, uint64_t sequence,
                     const struct dicom_slice *slice)
{
    dicom_encode_begin(e, sequence);
    dicom_derived_put_instance(e, slice->sop_class, slice->sop_instance);
    dicom_encode_end(e);
}

void dicom_derived_put_instances(struct dicom_encoder *e, uint64_t sequence,
                                 const struct dicom_source *source)
{
    for (int32_t k = 0; k < source->slices; k++)
        if (!dicom_derived_same_file(source, k))
            put_file(e, sequence, &source->slice[k]);
}

const char *dicom_derived_series_of(const struct dicom_source *source, int32_t k)
{
    const char *own = source->slice[k].series;

    return *own ? own : source->series.uid;
}

static bool same_series(const struct dicom_source *source, int32_t a, int32_t b)
{
    return strcmp(dicom_derived_series_of(source, a),
                  dicom_derived_series_of(source, b)) == 0;
}

bool dicom_derived_is_one_series(const struct dicom_source *source)
{
    for (int32_t k = 1; k < source->slices; k++)
        if (!same_series(source, 0, k))
            return false;
    return true;
}

void dicom_derived_put_source_series(struct dicom_encoder *e, uint64_t sequence,
                                     const struct dicom_source *source)
{
    for (int32_t k = 0; k < source->slices; k++) {
        bool seen = false;
        for (int32_t before = 0; before < k && !seen; before++)
            seen = same_series(source, before, k);
        if (seen)
            continue;
        dicom_encode_begin(e, DICOM_REFERENCED_SERIES_SEQUENCE);
        dicom_encode_text(e, DICOM_SERIES_UID, dicom_derived_series_of(source, k));
        for (int32_t j = k; j < source->slices; j++)
            if (same_series(source, k, j) && !dicom_derived_same_file(source, j))
                put_file(e, sequence, &source->slice[j]);
        dicom_encode_end(e);
    }
}

void dicom_derived_put_version(struct dicom_encoder *e, uint64_t tag,
                               const struct dicom_maker *maker)
{
    char version[128];

    (void)snprintf(version, sizeof version, "%s (%s)%s%.16s", version_number(),
                   version_commit(), maker->sha256[0] ? ", weights " : "",
                   maker->sha256);
    dicom_encode_text(e, tag, version);
}

bool dicom_derived_tracking(const struct dicom_source *source, enum dicom_part part,
                            char uid[static DICOM_UID_SIZE], struct err *err)
{
    return dicom_uid_of(uid, err, "tracking", dicom_code_part[part].name,
                        source->series.uid, NULL);
}
