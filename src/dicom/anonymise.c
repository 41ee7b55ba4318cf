#include "dicom/anonymise.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/file.h"
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

bool dicom_key_read(const char *path, struct dicom_key *out, struct err *err)
{
    static const char salt[] = "cicatrix anonymise";
    struct bytes b = {0};
    bool ok = false;

    if (!file_read(path, DICOM_KEY_MAX, &b, err))
        return false;
    if (b.size < DICOM_KEY_MIN)
        err_record(err, ERR_FORMAT, "%s: a key of %zu bytes; at least %d are needed",
                   path, b.size, (int)DICOM_KEY_MIN);
    else
        ok = sha256_hmac(salt, sizeof salt - 1, b.data, b.size, out->data, err);
    bytes_clear(&b);
    return ok;
}

bool dicom_key_draw(struct dicom_key *out, struct err *err)
{
    struct dicom_key key;

    /* so few bytes are never cut short */
    if (getrandom(key.data, sizeof key.data, 0) != (ssize_t)sizeof key.data)
        return ERR_FAIL(err, ERR_IO, "no random numbers for a key: %s",
                        file_cause(errno));
    *out = key;
    return true;
}

/* The letter keeps what is made from one text for different purposes apart. */
static bool digest_of(const struct dicom_key *key, char letter, const char *text,
                      uint8_t digest[static SHA256_BYTES], struct err *err)
{
    const size_t n = strlen(text);
    char *all = mem_alloc(n + 2, 1, err);

    if (!all)
        return false;
    all[0] = letter;
    memcpy(all + 1, text, n + 1);
    const bool ok = sha256_hmac(key->data, sizeof key->data, all, n + 1, digest, err);
    mem_free(all);
    return ok;
}

bool dicom_key_pseudonym(const struct dicom_key *key, char letter, const char *text,
                         char out[static DICOM_PSEUDONYM], struct err *err)
{
    enum { BYTES = 8 };
    uint8_t digest[SHA256_BYTES];

    if (!digest_of(key, letter, text, digest, err))
        return false;
    out[0] = letter;
    for (size_t i = 0; i < BYTES; i++)
        (void)snprintf(out + 1 + 2 * i, 3, "%02x", digest[i]);
    return true;
}

/* Two hospitals may give one ID to two patients. */
static bool pseudonym_of(const struct dicom_source *s, const struct dicom_key *key,
                         char out[static DICOM_PSEUDONYM], struct err *err)
{
    char text[2 * DICOM_TEXT + DICOM_UID];

    (void)snprintf(text, sizeof text, "%s^%s^%s", s->patient.id, s->patient.issuer,
                   s->patient.id[0] ? "" : s->study.uid);
    return dicom_key_pseudonym(key, 'P', text, out, err);
}

/* Another identifier for this one; none for none. */
static bool replace_uid(char uid[static DICOM_UID_SIZE], const struct dicom_key *key,
                        struct err *err)
{
    uint8_t digest[SHA256_BYTES];
    char other[DICOM_UID_SIZE];

    if (!*uid)
        return true;
    if (!digest_of(key, 'U', uid, digest, err) ||
        !dicom_uid_of_bytes(digest, sizeof digest, other, err))
        return false;
    memcpy(uid, other, sizeof other);
    return true;
}

static bool replace_uids(struct dicom_source *s, struct dicom_slice *slice,
                         const struct dicom_key *key, struct err *err)
{
    for (int32_t k = 0; k < s->slices; k++)
        if (!replace_uid(slice[k].sop_instance, key, err) ||
            !replace_uid(slice[k].series, key, err))
            return false;
    return replace_uid(s->study.uid, key, err) &&
           replace_uid(s->series.uid, key, err) &&
           replace_uid(s->series.frame_of_reference, key, err);
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
    char made[DICOM_PSEUDONYM];

    if (how->pseudonym ? !check_pseudonym(how->pseudonym, err)
                       : !pseudonym_of(&s, how->key, made, err))
        return false;
    drop_words(&s, how->pseudonym ? how->pseudonym : made);
    s.identity = how->keep_uids ? DICOM_ANONYMOUS_UIDS_KEPT : DICOM_ANONYMOUS;
    if (!how->keep_uids) {
        struct dicom_slice *slice = mem_alloc((size_t)s.slices, sizeof *slice, err);
        if (!slice)
            return false;
        if (s.slices > 0)
            memcpy(slice, source->slice, (size_t)s.slices * sizeof *slice);
        if (!replace_uids(&s, slice, how->key, err)) {
            mem_free(slice);
            return false;
        }
        mem_free(source->slice);
        s.slice = slice;
    }
    *source = s;
    return true;
}
