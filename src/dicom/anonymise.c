#include "dicom/anonymise.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "dicom/uid.h"

enum { PSEUDONYM_MAX = 64 };

static bool check_pseudonym(const char *text, struct err *err)
{
    static const char ALLOWED[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789-_.";
    const size_t n = strlen(text);

    if (n == 0 || n > PSEUDONYM_MAX || strspn(text, ALLOWED) != n)
        return ERR_FAIL(err, ERR_ARG,
                        "a pseudonym is 1 to %d letters, digits, '-', '_' or '.'",
                        (int)PSEUDONYM_MAX);
    return true;
}

/* Another identifier for this one; none for none. */
static bool replace_uid(char uid[static DICOM_UID_SIZE], const char *secret,
                        struct err *err)
{
    char other[DICOM_UID_SIZE];

    if (!*uid)
        return true;
    if (!dicom_uid_of(other, err, "anonymise", secret, uid, NULL))
        return false;
    memcpy(uid, other, sizeof other);
    return true;
}

static bool replace_uids(struct dicom_source *s, struct dicom_slice *slice,
                         const char *secret, struct err *err)
{
    for (int32_t k = 0; k < s->slices; k++)
        if (!replace_uid(slice[k].sop_instance, secret, err) ||
            !replace_uid(slice[k].series, secret, err))
            return false;
    return replace_uid(s->study.uid, secret, err) &&
           replace_uid(s->series.uid, secret, err) &&
           replace_uid(s->series.frame_of_reference, secret, err);
}

/* Identifiers stay; of all other words only those on the technique. */
static void drop_words(struct dicom_source *s, const char *pseudonym)
{
    const struct dicom_study study = s->study;
    const struct dicom_series_module series = s->series;
    const struct dicom_equipment equipment = s->equipment;

    s->patient = (struct dicom_patient){0};
    (void)snprintf(s->patient.name, sizeof s->patient.name, "%s", pseudonym);
    (void)snprintf(s->patient.id, sizeof s->patient.id, "%s", pseudonym);
    s->study = (struct dicom_study){0};
    memcpy(s->study.uid, study.uid, sizeof study.uid);
    s->series = (struct dicom_series_module){0};
    memcpy(s->series.uid, series.uid, sizeof series.uid);
    memcpy(s->series.frame_of_reference, series.frame_of_reference,
           sizeof series.frame_of_reference);
    memcpy(s->series.modality, series.modality, sizeof series.modality);
    memcpy(s->series.number, series.number, sizeof series.number);
    memcpy(s->series.body_part, series.body_part, sizeof series.body_part);
    memcpy(s->series.patient_position, series.patient_position,
           sizeof series.patient_position);
    s->equipment = (struct dicom_equipment){0};
    memcpy(s->equipment.manufacturer, equipment.manufacturer,
           sizeof equipment.manufacturer);
    memcpy(s->equipment.model, equipment.model, sizeof equipment.model);
    memcpy(s->equipment.software, equipment.software, sizeof equipment.software);
}

bool dicom_anonymise(struct dicom_source *source, const struct dicom_anonymise *how,
                     struct err *err)
{
    struct dicom_source s = *source;

    if (!check_pseudonym(how->pseudonym, err))
        return false;
    drop_words(&s, how->pseudonym);
    s.identity = how->keep_uids ? DICOM_ANONYMOUS_UIDS_KEPT : DICOM_ANONYMOUS;
    if (!how->keep_uids) {
        struct dicom_slice *slice = mem_alloc((size_t)s.slices, sizeof *slice, err);
        if (!slice)
            return false;
        if (s.slices > 0)
            memcpy(slice, source->slice, (size_t)s.slices * sizeof *slice);
        if (!replace_uids(&s, slice, how->secret, err)) {
            mem_free(slice);
            return false;
        }
        mem_free(source->slice);
        s.slice = slice;
    }
    *source = s;
    return true;
}
