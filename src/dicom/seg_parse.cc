/* A Segmentation's segments and masks; see reading.h. */
#include <math.h>
#include <string.h>

#include "dicom/attributes.h"
#include "dicom/reading_parse.h"

namespace
{

typedef struct dicom_reading_draft draft;

/* Value and scheme of the first code in a sequence. */
void read_code(DcmItem &item, const DcmTagKey &sequence, char (&value)[DICOM_CODE],
               char (&scheme)[DICOM_CODE])
{
    DcmItem *code = nullptr;
    if (item.findAndGetSequenceItem(sequence, code, 0).bad() || !code)
        return;
    dicom_texts r(*code);
    r.text(DCM_CodeValue, value);
    r.text(DCM_CodingSchemeDesignator, scheme);
}

bool read_segment(DcmItem &top, DcmItem &item,
                  const char (&frame_of_reference)[DICOM_UID], draft &d,
                  struct err *err)
{
    static const struct dicom_region empty = {};
    struct dicom_region region = empty;
    char scheme[DICOM_CODE] = "";
    region.number = dicom_integer(&item, DCM_SegmentNumber, 0);
    if (region.number < 1)
        return ERR_FAIL(err, ERR_FORMAT, "a segment without a number");
    dicom_texts(item, top).text(DCM_SegmentLabel, region.name);
    char by[DICOM_CODE];
    dicom_texts(item).text(DCM_SegmentAlgorithmType, by);
    region.automatic = strcmp(by, "AUTOMATIC") == 0;
    read_code(item, DCM_SegmentedPropertyTypeCodeSequence, region.type, region.scheme);
    read_code(item, DCM_AnatomicRegionSequence, region.place, scheme);
    memcpy(region.frame_of_reference, frame_of_reference, DICOM_UID);
    return dicom_reading_add(d, region, err);
}

bool refer_to_instances(DcmItem &series, draft &d, struct err *err)
{
    return dicom_reading_refer(d.series, series, DCM_SeriesInstanceUID, err) &&
           dicom_each_item(series, DCM_ReferencedInstanceSequence, [&](DcmItem &i) {
               return dicom_reading_refer(d.instance, i, DCM_ReferencedSOPInstanceUID,
                                          err);
           });
}

bool refer_to_sources(DcmItem &derivation, draft &d, struct err *err)
{
    return dicom_each_item(derivation, DCM_DerivationImageSequence, [&](DcmItem &why) {
        return dicom_each_item(why, DCM_SourceImageSequence, [&](DcmItem &i) {
            return dicom_reading_refer(d.instance, i, DCM_ReferencedSOPInstanceUID,
                                       err);
        });
    });
}

bool read_frame(struct dicom_parsed &p, DcmItem &group, int32_t index, draft &d,
                struct err *err)
{
    static const struct dicom_mask empty = {};
    struct dicom_mask mask = empty;
    struct dicom_frame f;
    DcmItem &top = *p.file.getDataset();
    mask.number = index + 1;
    mask.region = dicom_reading_find(
        d,
        dicom_integer(dicom_groups(top, index).find(DCM_SegmentIdentificationSequence),
                      DCM_ReferencedSegmentNumber, 0));
    if (mask.region < 0)
        return ERR_FAIL(err, ERR_FORMAT, "frame %d is of no segment that is there",
                        mask.number);
    if (!dicom_object_frame(&p, index, &f, err))
        return false;
    if (!f.placed)
        return ERR_FAIL(err, ERR_FORMAT,
                        "frame %d has no position, orientation or pixel spacing",
                        mask.number);
    memcpy(mask.position_mm, f.position_mm, sizeof mask.position_mm);
    memcpy(mask.orientation, f.orientation, sizeof mask.orientation);
    mask.row_mm = f.row_mm;
    mask.column_mm = f.column_mm;
    d.mask.push_back(mask);
    return refer_to_sources(group, d, err);
}

bool read_frames(struct dicom_parsed &p, draft &d, struct err *err)
{
    DcmItem &top = *p.file.getDataset();
    int32_t index = 0;
    const auto read = [&](DcmItem &group) {
        return index >= p.instance.frames || read_frame(p, group, index++, d, err);
    };
    if (!dicom_each_item(top, DCM_PerFrameFunctionalGroupsSequence, read))
        return false;
    return index == p.instance.frames ||
           ERR_FAIL(err, ERR_FORMAT, "%d frames, but only %d are described",
                    p.instance.frames, index);
}

/* Not compressed, one bit a pixel, frame after frame without a gap (PS3.5 8.1.1): in
 * words that DCMTK has put in the byte order of this machine, or in bytes. */
bool read_bits(struct dicom_parsed &p, size_t size, draft &d, struct err *err)
{
    DcmDataset &top = *p.file.getDataset();
    DcmElement *data = nullptr;
    Uint8 *bytes = nullptr;
    Uint16 *words = nullptr;
    if (p.instance.bits_allocated != 1)
        return ERR_FAIL(err, ERR_FORMAT, "a binary segmentation of %d bits a pixel",
                        p.instance.bits_allocated);
    if (DcmXfer(top.getOriginalXfer()).isEncapsulated())
        return ERR_FAIL(err, ERR_SUPPORT,
                        "a compressed binary segmentation (transfer syntax %.64s) is "
                        "not read",
                        p.instance.transfer_syntax);
    if (top.findAndGetElement(DCM_PixelData, data).bad() || !data)
        return ERR_FAIL(err, ERR_FORMAT, "no pixels");
    if (data->getLength() < size)
        return ERR_FAIL(err, ERR_FORMAT, "the pixels end before the last frame does");
    d.bits.resize(size);
    if (data->getVR() == EVR_OB && data->getUint8Array(bytes).good() && bytes) {
        memcpy(d.bits.data(), bytes, size);
        return true;
    }
    if (data->getUint16Array(words).bad() || !words)
        return ERR_FAIL(err, ERR_FORMAT, "no pixels");
    for (size_t i = 0; i < size; i++)
        d.bits[i] = static_cast<uint8_t>(words[i / 2] >> (i % 2 * 8) & 0xffU);
    return true;
}

/* Half of the maximum and more is inside. */
bool read_fractions(struct dicom_parsed &p, size_t size, draft &d, struct err *err)
{
    const size_t plane =
        static_cast<size_t>(p.instance.rows) * static_cast<size_t>(p.instance.columns);
    const int32_t most =
        dicom_integer(p.file.getDataset(), DCM_MaximumFractionalValue, 255);
    std::vector<float> value(plane);
    if (most < 1)
        return ERR_FAIL(err, ERR_FORMAT, "a maximum fractional value of %d", most);
    d.bits.resize(size);
    for (int32_t f = 0; f < p.instance.frames; f++) {
        if (!dicom_object_decode(&p, f, value.data(), err))
            return false;
        const size_t first = static_cast<size_t>(f) * plane;
        for (size_t v = 0; v < plane; v++)
            if (2.0F * value[v] >= static_cast<float>(most))
                d.bits[(first + v) / 8] = static_cast<uint8_t>(d.bits[(first + v) / 8] |
                                                               1U << (first + v) % 8);
    }
    return true;
}

bool read_pixels(struct dicom_parsed &p, draft &d, struct err *err)
{
    const struct dicom_instance &i = p.instance;
    const uint64_t pixels = static_cast<uint64_t>(i.frames) *
                            static_cast<uint64_t>(i.rows) *
                            static_cast<uint64_t>(i.columns);
    char type[DICOM_CODE];
    if (pixels > DICOM_MAX_MASK_PIXELS)
        return ERR_FAIL(err, ERR_SUPPORT, "%d frames of %d x %d pixels are too many",
                        i.frames, i.columns, i.rows);
    d.head.rows = i.rows;
    d.head.columns = i.columns;
    dicom_texts(*p.file.getDataset()).text(DCM_SegmentationType, type);
    const size_t size = static_cast<size_t>((pixels + 7) / 8);
    if (strcmp(type, "BINARY") == 0)
        return read_bits(p, size, d, err);
    if (strcmp(type, "FRACTIONAL") == 0)
        return read_fractions(p, size, d, err);
    return ERR_FAIL(err, ERR_SUPPORT, "a segmentation of type '%.16s' is not read",
                    type);
}

} // namespace

bool dicom_seg_parse(struct dicom_parsed &parsed, struct dicom_reading_draft &d,
                     struct err *err)
{
    DcmItem &top = *parsed.file.getDataset();
    char frame_of_reference[DICOM_UID];
    dicom_texts r(top);
    r.text(DCM_ContentCreatorName, d.head.creator);
    r.text(DCM_ContentLabel, d.head.label);
    r.uid(DCM_FrameOfReferenceUID, frame_of_reference);
    if (parsed.instance.frames < 1)
        return ERR_FAIL(err, ERR_FORMAT, "a segmentation without frames");
    return dicom_each_item(top, DCM_ReferencedSeriesSequence,
                           [&](DcmItem &s) { return refer_to_instances(s, d, err); }) &&
           dicom_each_item(top, DCM_SegmentSequence,
                           [&](DcmItem &s) {
                               return read_segment(top, s, frame_of_reference, d, err);
                           }) &&
           read_frames(parsed, d, err) && read_pixels(parsed, d, err);
}
