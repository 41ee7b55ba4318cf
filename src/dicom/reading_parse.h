/*
 * reading_parse.h - the C++ inside of reading.h, for its sources alone.
 *
 * Layer:  dicom.
 */
#ifndef DICOM_READING_PARSE_H
#define DICOM_READING_PARSE_H

#include <set>
#include <string>
#include <vector>

#include "dicom/parsed.h"
#include "dicom/reading.h"

/* A reading while it grows. */
struct dicom_reading_draft {
    struct dicom_reading head; /* texts and sizes; no arrays */
    std::vector<dicom_region> region;
    std::vector<dicom_mask> mask;
    std::vector<uint8_t> bits;
    std::vector<dicom_contour> contour;
    std::vector<double> point; /* three each */
    std::set<std::string> series, instance;
};

/** Index of the region with this number; -1: there is none. */
int32_t dicom_reading_find(const struct dicom_reading_draft &draft, int32_t number);

/** Take a region.  Errors: ERR_FORMAT (its number is there already), ERR_SUPPORT. */
bool dicom_reading_add(struct dicom_reading_draft &draft,
                       const struct dicom_region &region, struct err *err);

/** Call `work` for each item of a sequence; false as soon as it returns it. */
template <class F> bool dicom_each_item(DcmItem &in, const DcmTagKey &sequence, F work)
{
    DcmSequenceOfItems *all = nullptr;
    if (in.findAndGetSequence(sequence, all).bad() || !all)
        return true;
    for (DcmObject *o = all->nextInContainer(nullptr); o; o = all->nextInContainer(o))
        if (!work(static_cast<DcmItem &>(*o)))
            return false;
    return true;
}

/** Note what an item refers to by one of these attributes of an UID.  Errors:
 *  ERR_SUPPORT (too many). */
bool dicom_reading_refer(std::set<std::string> &to, DcmItem &item, const DcmTagKey &tag,
                         struct err *err);

/** The masks of a segmentation, the contours of a structure set.  Errors: those of
 *  dicom_reading_read(). */
bool dicom_seg_parse(struct dicom_parsed &parsed, struct dicom_reading_draft &draft,
                     struct err *err);
bool dicom_rtstruct_parse(DcmItem &top, struct dicom_reading_draft &draft,
                          struct err *err);

#endif
