/* The structures of an RT Structure Set and their contours; see reading.h. */
#include <cmath>
#include <string.h>

#include "dicom/attributes.h"
#include "dicom/reading_parse.h"

namespace
{

typedef struct dicom_reading_draft draft;

bool read_structure(DcmItem &top, DcmItem &item, draft &d, struct err *err)
{
    static const struct dicom_region empty = {};
    struct dicom_region region = empty;
    dicom_texts r(item, top);
    region.number = dicom_integer(&item, DCM_ROINumber, -1);
    if (region.number < 0)
        return ERR_FAIL(err, ERR_FORMAT, "a structure without a number");
    r.text(DCM_ROIName, region.name);
    char by[DICOM_CODE];
    r.text(DCM_ROIGenerationAlgorithm, by);
    region.automatic = strcmp(by, "AUTOMATIC") == 0;
    r.uid(DCM_ReferencedFrameOfReferenceUID, region.frame_of_reference);
    return dicom_reading_add(d, region, err);
}

bool refer_to_images(DcmItem &item, draft &d, struct err *err)
{
    return dicom_each_item(item, DCM_ContourImageSequence, [&](DcmItem &i) {
        return dicom_reading_refer(d.instance, i, DCM_ReferencedSOPInstanceUID, err);
    });
}

bool refer_to_series(DcmItem &top, draft &d, struct err *err)
{
    const auto series = [&](DcmItem &s) {
        return dicom_reading_refer(d.series, s, DCM_SeriesInstanceUID, err) &&
               refer_to_images(s, d, err);
    };
    const auto study = [&](DcmItem &s) {
        return dicom_each_item(s, DCM_RTReferencedSeriesSequence, series);
    };
    return dicom_each_item(
        top, DCM_ReferencedFrameOfReferenceSequence, [&](DcmItem &frame) {
            return dicom_each_item(frame, DCM_RTReferencedStudySequence, study);
        });
}

/* The text of all points.  One that is longer than 65,534 bytes has no type of its own
 * in explicit encodings. */
std::string text_of(DcmItem &item)
{
    DcmElement *element = nullptr;
    char *text = nullptr;
    Uint8 *bytes = nullptr;
    if (item.findAndGetElement(DCM_ContourData, element).bad() || !element)
        return std::string();
    const size_t size = element->getLength();
    if (element->getUint8Array(bytes).good() && bytes)
        return std::string(reinterpret_cast<const char *>(bytes), size);
    if (element->getString(text).good() && text)
        return std::string(text, strnlen(text, size));
    return std::string();
}

/* Numbers with backslashes between them. */
bool read_numbers(const std::string &text, std::vector<double> &to)
{
    for (size_t at = 0; at < text.size();) {
        const size_t bar = text.find('\\', at);
        const size_t end = bar == std::string::npos ? text.size() : bar;
        const std::string v =
            dicom_trimmed(OFString(text.data() + at, static_cast<size_t>(end - at)));
        const bool full = to.size() >= 3 * static_cast<size_t>(DICOM_MAX_POINTS);
        const double x = OFStandard::atof(v.c_str());
        if (full || !dicom_is_decimal(v) || !std::isfinite(x))
            return false;
        to.push_back(x);
        at = end + 1;
    }
    return true;
}

bool read_points(DcmItem &item, struct dicom_contour &c, draft &d, struct err *err)
{
    const size_t before = d.point.size();
    const int32_t said = dicom_integer(&item, DCM_NumberOfContourPoints, -1);
    c.first = before / 3;
    if (!read_numbers(text_of(item), d.point)) {
        if (d.point.size() >= 3 * static_cast<size_t>(DICOM_MAX_POINTS))
            return ERR_FAIL(err, ERR_SUPPORT, "more than %d points of contours",
                            DICOM_MAX_POINTS);
        return ERR_FAIL(err, ERR_FORMAT, "a contour has points that are no numbers");
    }
    const size_t n = d.point.size() - before;
    c.count = static_cast<int32_t>(n / 3);
    if (n % 3 != 0 || (said >= 0 && said != c.count))
        return ERR_FAIL(err, ERR_FORMAT, "a contour of %d points has %zu coordinates",
                        said >= 0 ? said : c.count, n);
    return true;
}

bool read_contour(DcmItem &item, int32_t region, int32_t number, draft &d,
                  struct err *err)
{
    static const struct dicom_contour empty = {};
    struct dicom_contour c = empty;
    char type[DICOM_CODE];
    if (d.contour.size() == DICOM_MAX_CONTOURS)
        return ERR_FAIL(err, ERR_SUPPORT, "more than %d contours", DICOM_MAX_CONTOURS);
    c.region = region;
    c.number = number;
    dicom_texts(item).text(DCM_ContourGeometricType, type);
    /* the latter says of itself what is done with the former */
    c.closed =
        strcmp(type, "CLOSED_PLANAR") == 0 || strcmp(type, "CLOSEDPLANAR_XOR") == 0;
    if (!read_points(item, c, d, err))
        return false;
    d.contour.push_back(c);
    return refer_to_images(item, d, err);
}

bool read_contours(DcmItem &item, draft &d, struct err *err)
{
    const int32_t of = dicom_integer(&item, DCM_ReferencedROINumber, -1);
    const int32_t region = dicom_reading_find(d, of);
    int32_t number = 0;
    if (region < 0)
        return ERR_FAIL(err, ERR_FORMAT, "contours of structure %d, which is not there",
                        of);
    return dicom_each_item(item, DCM_ContourSequence, [&](DcmItem &c) {
        return read_contour(c, region, ++number, d, err);
    });
}

} // namespace

bool dicom_rtstruct_parse(DcmItem &top, struct dicom_reading_draft &d, struct err *err)
{
    dicom_texts r(top);
    r.text(DCM_StructureSetLabel, d.head.label);
    r.text(DCM_OperatorsName, d.head.creator);
    return refer_to_series(top, d, err) &&
           dicom_each_item(
               top, DCM_StructureSetROISequence,
               [&](DcmItem &i) { return read_structure(top, i, d, err); }) &&
           dicom_each_item(top, DCM_ROIContourSequence,
                           [&](DcmItem &i) { return read_contours(i, d, err); });
}
