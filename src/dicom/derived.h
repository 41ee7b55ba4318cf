/*
 * derived.h - what all results of a series share: patient, study, equipment, dates.
 *
 * Layer:  dicom; private to the writers.
 * Thread: pure functions of their arguments.
 *
 * Dates: results carry the date and time of the series that they were made of (of its
 * study, where it has none; 1 January 1900 at midnight, where nothing is known and the
 * standard demands a date), not of the moment of computing: the same series gives the
 * same bytes.
 */
#ifndef DICOM_DERIVED_H
#define DICOM_DERIVED_H

#include "dicom/code.h"
#include "dicom/maker.h"
#include "dicom/source.h"

/* What is made, of what and by what; borrowed. */
struct dicom_derived {
    const struct dicom_source *source;
    const struct dicom_maker *maker;
    const char *modality;    /* "SEG", "SR", "DOC", "OT" */
    const char *description; /* of the series */
    int64_t series_number;
};

/** Put the modules patient and study, and whether the patient can be told. */
void dicom_derived_put_study(struct dicom_encoder *e,
                             const struct dicom_source *source);

/** Who corrected it, borrowed; NULL for nobody, and where the patient cannot be told:
 * the profile of PS3.15 takes out the names of those who had a hand in it, too. */
const char *dicom_derived_reader(const struct dicom_source *source,
                                 const struct dicom_maker *maker);

/** Identifier of the series that results of this kind go to. */
bool dicom_derived_series(const struct dicom_derived *d,
                          char uid[AT_LEAST(DICOM_UID_SIZE)],
                          struct err *err) ATTR_MUST_USE;

/** Put the modules patient, study, series, equipment and the date of the content.  The
 *  series is one of its own in the source's study: a run of the same program and model
 * on the same series finds the same identifier.  Errors: ERR_NOMEM. */
bool dicom_derived_put(struct dicom_encoder *e, const struct dicom_derived *d,
                       struct err *err) ATTR_MUST_USE;

/** Put whether pixels of the source were lost in compression, and how. */
void dicom_derived_put_lossy(struct dicom_encoder *e,
                             const struct dicom_source *source);

/** Put the frame of reference.  A source without one gets one of its series. */
bool dicom_derived_put_frame_of_reference(struct dicom_encoder *e,
                                          const struct dicom_source *source,
                                          struct err *err) ATTR_MUST_USE;

/** Put class and instance of what is referred to. */
void dicom_derived_put_instance(struct dicom_encoder *e, const char *sop_class,
                                const char *sop_instance);

/** The same of a slice of the source, and the frame within. */
void dicom_derived_put_slice(struct dicom_encoder *e, const struct dicom_slice *slice);

/** Is slice `k` another frame of the file that slice k - 1 is in? */
bool dicom_derived_same_file(const struct dicom_source *source, int32_t k);

/** Put all instances of the source as items of `sequence`, each once. */
void dicom_derived_put_instances(struct dicom_encoder *e, uint64_t sequence,
                                 const struct dicom_source *source);

/** Put "0.1.0 (commit), weights 0123456789abcdef"; without weights the first alone. */
void dicom_derived_put_version(struct dicom_encoder *e, uint64_t tag,
                               const struct dicom_maker *maker);

/** The series that slice `k` is in; borrowed. */
const char *dicom_derived_series_of(const struct dicom_source *source, int32_t k);

/** Are all slices in one series? */
bool dicom_derived_is_one_series(const struct dicom_source *source);

/** Put an item of the Referenced Series Sequence for each series of the source, with
 * its instances as items of `sequence`. */
void dicom_derived_put_source_series(struct dicom_encoder *e, uint64_t sequence,
                                     const struct dicom_source *source);

/** Identifier by which a part of this heart is followed from file to file. */
bool dicom_derived_tracking(const struct dicom_source *source, enum dicom_part part,
                            char uid[AT_LEAST(DICOM_UID_SIZE)],
                            struct err *err) ATTR_MUST_USE;

#endif
