/*
 * attributes.h - attributes of a DICOM item as text and numbers, for the sources behind
 * parsed.h alone (C++).
 *
 * Why:    what a file writes is cleaned in one place: its character set, control bytes,
 *         decimal strings that are none.
 * Layer:  dicom.
 */
#ifndef DICOM_ATTRIBUTES_H
#define DICOM_ATTRIBUTES_H

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcspchrs.h>
#include <dcmtk/dcmdata/dctk.h>

#include <string.h>
#include <string>

#include "dicom/source.h"
#include "dicom/uid.h"

/** Without control bytes and outer spaces, cut to `room` - 1 bytes of whole characters;
 *  what is not UTF-8 becomes '?'.  All of `to` is written: it goes through a pipe. */
void dicom_store_text(std::string s, char *to, size_t room);

/** Without the blanks round a value, and the zero that some pad with. */
std::string dicom_trimmed(const OFString &value);

/** Is all of it a decimal string as the standard has it?  DCMTK reads to the first
 *  character that does not fit, and makes 1 of "1,28". */
bool dicom_is_decimal(const std::string &v);

/** A whole number; `missing` if there is none, or it does not fit. */
int32_t dicom_integer(DcmItem *item, const DcmTagKey &tag, int32_t missing);

/* Texts of one item, in its character set: its own, or that of the dataset it is in,
 * which DCMTK does not look for. */
class dicom_texts
{
  public:
    explicit dicom_texts(DcmItem &dataset) : dicom_texts(dataset, dataset)
    {
    }

    dicom_texts(DcmItem &item, DcmItem &dataset) : item_(item)
    {
        DcmItem &said = item.tagExists(DCM_SpecificCharacterSet) ? item : dataset;
        converts_ = converter_.selectCharacterSet(said).good();
    }

    template <size_t N>
    void text(const DcmTagKey &tag, char (&to)[N], unsigned long n = 0)
    {
        OFString raw, utf8;
        item_.findAndGetOFString(tag, raw, n);
        if (converts_ && converter_.convertString(raw, utf8, "^=\\").good())
            raw = utf8;
        dicom_store_text(std::string(raw.c_str(), raw.size()), to, N);
    }

    /* All values, with backslashes between them. */
    template <size_t N> void values(const DcmTagKey &tag, char (&to)[N])
    {
        OFString raw;
        item_.findAndGetOFStringArray(tag, raw);
        dicom_store_text(std::string(raw.c_str(), raw.size()), to, N);
    }

    /* "" for what is not a UID, so that it can be compared and stored safely. */
    void uid(const DcmTagKey &tag, char (&to)[DICOM_UID])
    {
        values(tag, to);
        if (!dicom_uid_ok(to))
            memset(to, 0, sizeof to);
    }

  private:
    DcmItem &item_;
    DcmSpecificCharacterSet converter_;
    bool converts_;
};

/* The functional groups that hold for one frame. */
class dicom_groups
{
  public:
    dicom_groups(DcmItem &top, int32_t index) : top_(top)
    {
        DcmSequenceOfItems *all = nullptr;
        top.findAndGetSequenceItem(DCM_SharedFunctionalGroupsSequence, shared_, 0);
        if (top.findAndGetSequence(DCM_PerFrameFunctionalGroupsSequence, all).good() &&
            all && static_cast<unsigned long>(index) < all->card())
            own_ = all->getItem(static_cast<unsigned long>(index));
    }

    /* The item with `macro`'s attributes: the frame's own, the shared one, the file. */
    DcmItem *find(const DcmTagKey &macro)
    {
        DcmItem *item = nullptr;
        if (own_ && own_->findAndGetSequenceItem(macro, item, 0).good() && item)
            return item;
        if (shared_ && shared_->findAndGetSequenceItem(macro, item, 0).good() && item)
            return item;
        return &top_;
    }

  private:
    DcmItem &top_;
    DcmItem *shared_ = nullptr, *own_ = nullptr;
};

#endif
