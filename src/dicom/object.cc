/* Attributes: dicom_object_head() and dicom_object_frame(). */
#include "dicom/parsed.h"

#include <cmath>
#include <string.h>
#include <string>

#include "dicom/attributes.h"

namespace
{

/* As DCMTK writes its own tags: no object is made before main(). */
#define PHILIPS_CREATOR DcmTagKey(0x2005, 0x0010)
#define PHILIPS_SLOPE DcmTagKey(0x2005, 0x100e)
#define PHILIPS_FRAME DcmTagKey(0x2005, 0x140f)
#define GE_CREATOR DcmTagKey(0x0043, 0x0010)
#define GE_RAW DcmTagKey(0x0043, 0x102f)

const char MR_SINGLE_FRAME_CLASS[] = "1.2.840.10008.5.1.4.1.1.4";

/* The n-th value: NAN if there is none; false if there is one that is no number. */
bool find_number(DcmItem *item, const DcmTagKey &tag, unsigned long n, double &out)
{
    DcmElement *element = nullptr;
    OFString text;
    Float64 d = 0.0;
    Float32 f = 0.0F;
    out = NAN;
    if (!item || item->findAndGetElement(tag, element).bad() || !element)
        return true;
    if (element->ident() != EVR_DS) {
        if (element->getFloat64(d, n).good())
            out = d;
        else if (element->getFloat32(f, n).good())
            out = static_cast<double>(f);
        if (!std::isfinite(out))
            out = NAN;
        return true;
    }
    if (element->getOFString(text, n).bad())
        return true;
    const std::string v = dicom_trimmed(text);
    if (v.empty())
        return true;
    if (dicom_is_decimal(v))
        out = OFStandard::atof(v.c_str());
    return std::isfinite(out);
}

/* NAN if it is missing or no number. */
double number(DcmItem *item, const DcmTagKey &tag)
{
    double v = NAN;
    return find_number(item, tag, 0, v) ? v : static_cast<double>(NAN);
}

/* `count` values that measurements depend on: what is no number is an error. */
bool numbers(DcmItem *item, const DcmTagKey &tag, double *out, unsigned long count,
             struct err *err)
{
    for (unsigned long n = 0; n < count; n++)
        if (!find_number(item, tag, n, out[n]))
            return ERR_FAIL(err, ERR_FORMAT, "%s (%04X,%04X) is not a number",
                            DcmTag(tag).getTagName(), tag.getGroup(), tag.getElement());
    return true;
}

/* As many digits from `at` on, as a number; NAN if they are not all there. */
double digits(const OFString &text, size_t at, size_t count)
{
    double v = 0.0;
    if (text.size() < at + count)
        return NAN;
    for (size_t i = at; i < at + count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return NAN;
        v = 10.0 * v + (text[i] - '0');
    }
    return v;
}

/* HHMMSS.FFF from `at` on, in seconds since midnight. */
double seconds(const OFString &text, size_t at)
{
    double s = 3600.0 * digits(text, at, 2) + 60.0 * digits(text, at + 2, 2) +
               digits(text, at + 4, 2);
    double unit = 0.1;
    if (text.size() > at + 7 && text[at + 6] == '.')
        for (size_t i = at + 7; i < text.size() && text[i] >= '0' && text[i] <= '9';
             i++) {
            s += unit * (text[i] - '0');
            unit *= 0.1;
        }
    return s;
}

/* YYYYMMDD, in days since the first of March of the year 0: a year then ends with the
 * month that has a day more or less. */
double days(const OFString &text)
{
    const double month = digits(text, 4, 2), late = month > 2.0 ? 0.0 : 1.0;
    const double year = digits(text, 0, 4) - late;
    return 365.0 * year + std::floor(year / 4.0) - std::floor(year / 100.0) +
           std::floor(year / 400.0) +
           std::floor((153.0 * (month + 12.0 * late - 3.0) + 2.0) / 5.0) +
           digits(text, 6, 2) - 1.0;
}

/* A DT, YYYYMMDDHHMMSS.FFF, in seconds; NAN if it is missing or shorter. */
double date_time(DcmItem *item, const DcmTagKey &tag)
{
    OFString raw;
    return item && item->findAndGetOFString(tag, raw).good()
               ? 86400.0 * days(raw) + seconds(raw, 8)
               : static_cast<double>(NAN);
}

/* When the file was acquired; without a date, since midnight. */
double acquired(DcmItem &top)
{
    OFString date, time;
    const double both = date_time(&top, DCM_AcquisitionDateTime);
    if (std::isfinite(both) || top.findAndGetOFString(DCM_AcquisitionTime, time).bad())
        return both;
    top.findAndGetOFString(DCM_AcquisitionDate, date);
    const double day = days(date);
    return (std::isfinite(day) ? 86400.0 * day : 0.0) + seconds(time, 0);
}

/* The bytes of a value whose type the file does not tell (implicit, or UN): DCMTK's
 * dictionary has not all that vendors write.  Little endian, as such files are. */
std::string untold(DcmItem *item, const DcmTagKey &tag)
{
    DcmElement *element = nullptr;
    Uint8 *bytes = nullptr;
    if (!item || item->findAndGetElement(tag, element).bad() || !element ||
        (element->ident() != EVR_UN && element->ident() != EVR_UNKNOWN &&
         element->ident() != EVR_ox && element->ident() != EVR_OB) ||
        element->getUint8Array(bytes).bad() || !bytes)
        return std::string();
    return std::string(reinterpret_cast<const char *>(bytes), element->getLength());
}

/* A number, a Float32 if its type is not told. */
double private_number(DcmItem *item, const DcmTagKey &tag)
{
    const double v = number(item, tag);
    const std::string raw = untold(item, tag);
    float f = 0.0F;
    if (raw.size() != sizeof f)
        return v;
    uint32_t bits = 0;
    for (size_t i = sizeof f; i-- > 0;)
        bits = bits << 8 | static_cast<unsigned char>(raw[i]);
    memcpy(&f, &bits, sizeof f);
    return static_cast<double>(f);
}

/* The same of an Sint16. */
int private_short(DcmItem *item, const DcmTagKey &tag, int missing)
{
    Sint16 v = 0;
    const std::string raw = untold(item, tag);
    if (raw.size() == sizeof v)
        return static_cast<int16_t>(static_cast<unsigned char>(raw[0]) |
                                    static_cast<unsigned char>(raw[1]) << 8);
    return item && item->findAndGetSint16(tag, v).good() ? v : missing;
}

/* Did this vendor reserve the block?  Capitals are written this way and that. */
bool is_block_of(DcmItem *item, const DcmTagKey &creator, const char *part)
{
    OFString v;
    if (!item)
        return false;
    const std::string raw = untold(item, creator);
    if (raw.empty())
        item->findAndGetOFString(creator, v);
    std::string name = raw.empty() ? std::string(v.c_str(), v.size()) : raw;
    for (char &c : name)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return name.find(part) != std::string::npos;
}

bool is_finite(const double *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!std::isfinite(v[i]))
            return false;
    return true;
}

/* Rounded in the file to a few digits: make them unit vectors at right angles, or say
 * that they are not. */
bool straighten(double v[6])
{
    double *r = v, *c = v + 3;
    const double lr = std::sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2]);
    const double lc = std::sqrt(c[0] * c[0] + c[1] * c[1] + c[2] * c[2]);
    if (!(std::fabs(lr - 1.0) < 1e-2 && std::fabs(lc - 1.0) < 1e-2))
        return false;
    for (int a = 0; a < 3; a++) {
        r[a] /= lr;
        c[a] /= lc;
    }
    return std::fabs(r[0] * c[0] + r[1] * c[1] + r[2] * c[2]) < 1e-2;
}

bool place(dicom_groups &g, struct dicom_frame &f, struct err *err)
{
    DcmItem *const size = g.find(DCM_PixelMeasuresSequence);
    double spacing[2];
    if (!numbers(g.find(DCM_PlanePositionSequence), DCM_ImagePositionPatient,
                 f.position_mm, 3, err) ||
        !numbers(g.find(DCM_PlaneOrientationSequence), DCM_ImageOrientationPatient,
                 f.orientation, 6, err) ||
        !numbers(size, DCM_PixelSpacing, spacing, 2, err) ||
        !numbers(size, DCM_SliceThickness, &f.thickness_mm, 1, err))
        return false;
    f.row_mm = spacing[0];
    f.column_mm = spacing[1];
    f.placed = is_finite(f.position_mm, 3) && is_finite(f.orientation, 6) &&
               straighten(f.orientation) && f.row_mm > 0.0 && f.column_mm > 0.0;
    return true;
}

/* Values that make slices comparable; see the header. */
bool scale(dicom_groups &g, DcmItem &top, struct dicom_frame &f, struct err *err)
{
    DcmItem *const item = g.find(DCM_PixelValueTransformationSequence);
    double slope, intercept;
    if (!numbers(item, DCM_RescaleSlope, &slope, 1, err) ||
        !numbers(item, DCM_RescaleIntercept, &intercept, 1, err))
        return false;
    f.slope = std::isfinite(slope) && slope != 0.0 ? slope : 1.0;
    f.intercept = std::isfinite(intercept) ? intercept : 0.0;
    DcmItem *own = g.find(PHILIPS_FRAME);
    if (!is_block_of(own, PHILIPS_CREATOR, "philips mr"))
        own = is_block_of(&top, PHILIPS_CREATOR, "philips mr") ? &top : nullptr;
    const double ss = private_number(own, PHILIPS_SLOPE), factor = 1.0 / (f.slope * ss);
    if (ss > 0.0 && std::isfinite(factor)) {
        f.intercept *= factor;
        f.slope *= factor;
    }
    return true;
}

void signal(dicom_groups &g, DcmItem &top, struct dicom_frame &f)
{
    DcmItem *const type = g.find(DCM_MRImageFrameTypeSequence);
    dicom_texts own(*type), file(top);
    own.values(DCM_FrameType, f.image_type);
    if (!f.image_type[0])
        file.values(DCM_ImageType, f.image_type);
    own.values(DCM_ComplexImageComponent, f.component);
    if (!f.component[0])
        file.values(DCM_ComplexImageComponent, f.component);
    static const char *const names[] = {"MAGNITUDE", "PHASE", "REAL", "IMAGINARY"};
    const int raw = is_block_of(&top, GE_CREATOR, "gems_parm_01")
                        ? private_short(&top, GE_RAW, -1)
                        : -1; /* GE: 0 magnitude, 1 phase, 2 real, 3 imaginary */
    if (!f.component[0] && raw >= 0 && raw < 4)
        dicom_store_text(names[raw], f.component, sizeof f.component);
}

void timing(dicom_groups &g, DcmItem &top, struct dicom_frame &f)
{
    DcmItem *const content = g.find(DCM_FrameContentSequence);
    f.echo_ms = number(g.find(DCM_MREchoSequence), DCM_EffectiveEchoTime);
    if (!std::isfinite(f.echo_ms))
        f.echo_ms = number(&top, DCM_EchoTime);
    f.inversion_ms = number(g.find(DCM_MRModifierSequence), DCM_InversionTimes);
    if (!std::isfinite(f.inversion_ms))
        f.inversion_ms = number(&top, DCM_InversionTime);
    f.trigger_ms = number(g.find(DCM_CardiacSynchronizationSequence),
                          DCM_NominalCardiacTriggerDelayTime);
    if (!std::isfinite(f.trigger_ms))
        f.trigger_ms = number(&top, DCM_TriggerTime);
    f.temporal = dicom_integer(content, DCM_TemporalPositionIndex,
                               dicom_integer(&top, DCM_TemporalPositionIdentifier, 0));
    f.acquired_s = date_time(content, DCM_FrameAcquisitionDateTime);
    if (!std::isfinite(f.acquired_s))
        f.acquired_s = acquired(top);
}

void read_people(DcmItem &top, struct dicom_object &o)
{
    dicom_texts r(top);
    r.text(DCM_PatientName, o.header.patient.name);
    r.text(DCM_PatientID, o.header.patient.id);
    r.text(DCM_IssuerOfPatientID, o.header.patient.issuer);
    r.text(DCM_PatientBirthDate, o.header.patient.birth_date);
    r.text(DCM_PatientSex, o.header.patient.sex);
    r.uid(DCM_StudyInstanceUID, o.header.study.uid);
    r.text(DCM_StudyID, o.header.study.id);
    r.text(DCM_StudyDate, o.header.study.date);
    r.text(DCM_StudyTime, o.header.study.time);
    r.text(DCM_AccessionNumber, o.header.study.accession);
    r.text(DCM_StudyDescription, o.header.study.description);
    r.text(DCM_ReferringPhysicianName, o.header.study.referring);
    r.text(DCM_PatientAge, o.header.study.patient_age);
    r.text(DCM_PatientSize, o.header.study.patient_size);
    r.text(DCM_PatientWeight, o.header.study.patient_weight);
    r.uid(DCM_SeriesInstanceUID, o.header.series.uid);
    r.uid(DCM_FrameOfReferenceUID, o.header.series.frame_of_reference);
    r.text(DCM_PositionReferenceIndicator, o.header.series.position_indicator);
    r.text(DCM_Modality, o.header.series.modality);
    r.text(DCM_SeriesNumber, o.header.series.number);
    r.text(DCM_SeriesDate, o.header.series.date);
    r.text(DCM_SeriesTime, o.header.series.time);
    r.text(DCM_SeriesDescription, o.header.series.description);
    r.text(DCM_ProtocolName, o.header.series.protocol);
    r.text(DCM_BodyPartExamined, o.header.series.body_part);
    r.text(DCM_PatientPosition, o.header.series.patient_position);
    r.text(DCM_Manufacturer, o.header.equipment.manufacturer);
    r.text(DCM_ManufacturerModelName, o.header.equipment.model);
    r.text(DCM_StationName, o.header.equipment.station);
    r.text(DCM_InstitutionName, o.header.equipment.institution);
    r.text(DCM_SoftwareVersions, o.header.equipment.software);
    r.text(DCM_DeviceSerialNumber, o.header.equipment.serial);
}

void read_sequence(DcmItem &top, struct dicom_instance &i)
{
    dicom_texts r(top);
    char types[DICOM_TYPES];
    r.values(DCM_ScanningSequence, i.scanning_sequence);
    r.text(DCM_SequenceName, i.sequence_name);
    if (!i.sequence_name[0])
        r.text(DCM_PulseSequenceName, i.sequence_name);
    r.values(DCM_ImageType, types);
    i.mosaic = strstr(types, "MOSAIC") != nullptr;
    i.instance_number = dicom_integer(&top, DCM_InstanceNumber, 0);
    i.phases = dicom_integer(&top, DCM_CardiacNumberOfImages, 0);
    if (i.phases < 2)
        i.phases = dicom_integer(&top, DCM_NumberOfTemporalPositions, 0);
    i.field_t = number(&top, DCM_MagneticFieldStrength);
}

/* Cleared unless all of it is of these characters: it is written again. */
void keep_only(const char *characters, char (&text)[DICOM_TYPES])
{
    if (strspn(text, characters) != strlen(text))
        memset(text, 0, sizeof text);
}

void read_lossy(DcmItem &top, const char *syntax, struct dicom_lossy &l)
{
    static const struct {
        const char *syntax, *method;
    } losing[] = {
        {"1.2.840.10008.1.2.4.50", "ISO_10918_1"}, /* JPEG baseline, extended */
        {"1.2.840.10008.1.2.4.51", "ISO_10918_1"},
        {"1.2.840.10008.1.2.4.81", "ISO_14495_1"},   /* JPEG-LS, near-lossless */
        {"1.2.840.10008.1.2.4.91", "ISO_15444_1"},   /* JPEG 2000 */
        {"1.2.840.10008.1.2.4.203", "ISO_15444_15"}, /* high-throughput */
    };
    dicom_texts r(top);
    char said[DICOM_CODE];
    r.text(DCM_LossyImageCompression, said);
    r.values(DCM_LossyImageCompressionRatio, l.ratio);
    r.values(DCM_LossyImageCompressionMethod, l.method);
    keep_only("0123456789.+-eE\\ ", l.ratio);
    keep_only("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_\\ ", l.method);
    l.is = strcmp(said, "01") == 0;
    for (const auto &k : losing) {
        if (strcmp(syntax, k.syntax) != 0)
            continue;
        /* 4.91 and 4.203 may hold what was compressed without loss; who is not told
         * must take it for lost */
        l.is = l.is || strcmp(said, "00") != 0;
        if (l.is && !l.method[0])
            dicom_store_text(k.method, l.method, sizeof l.method);
    }
}

bool read_pixel_format(DcmItem &top, struct dicom_instance &i, struct err *err)
{
    i.rows = dicom_integer(&top, DCM_Rows, 0);
    i.columns = dicom_integer(&top, DCM_Columns, 0);
    if (i.rows == 0 && i.columns == 0)
        return true; /* a report, a directory, ...: no image */
    i.frames = dicom_integer(&top, DCM_NumberOfFrames, 1);
    /* a file of the class of single frames may say that it has one */
    i.multi_frame = i.frames > 1 || (top.tagExists(DCM_NumberOfFrames) &&
                                     strcmp(i.sop_class, MR_SINGLE_FRAME_CLASS) != 0);
    if (i.rows < 1 || i.columns < 1 || i.frames < 1)
        return ERR_FAIL(err, ERR_FORMAT, "%d rows, %d columns, %d frames", i.rows,
                        i.columns, i.frames);
    if (i.rows > DICOM_MAX_SIDE || i.columns > DICOM_MAX_SIDE ||
        i.frames > DICOM_MAX_FRAMES)
        return ERR_FAIL(err, ERR_SUPPORT,
                        "%d rows, %d columns, %d frames; at most %d, %d, %d are read",
                        i.rows, i.columns, i.frames, DICOM_MAX_SIDE, DICOM_MAX_SIDE,
                        DICOM_MAX_FRAMES);
    i.samples = dicom_integer(&top, DCM_SamplesPerPixel, 1);
    i.bits_allocated = dicom_integer(&top, DCM_BitsAllocated, 16);
    i.bits_stored = dicom_integer(&top, DCM_BitsStored, i.bits_allocated);
    i.high_bit = dicom_integer(&top, DCM_HighBit, i.bits_stored - 1);
    i.signed_pixels = dicom_integer(&top, DCM_PixelRepresentation, 0) == 1;
    dicom_texts r(top);
    r.text(DCM_PhotometricInterpretation, i.photometric);
    return true;
}

} // namespace

bool dicom_object_head(struct dicom_parsed *parsed, struct dicom_object *out,
                       struct err *err)
{
    return dicom_guarded(err, [=] {
        static const struct dicom_object empty = {};
        DcmDataset &top = *parsed->file.getDataset();
        struct dicom_object o = empty;
        dicom_texts r(top);
        read_people(top, o);
        r.uid(DCM_SOPClassUID, o.instance.sop_class);
        r.uid(DCM_SOPInstanceUID, o.instance.sop_instance);
        dicom_store_text(DcmXfer(top.getOriginalXfer()).getXferID(),
                         o.instance.transfer_syntax, sizeof o.instance.transfer_syntax);
        if (parsed->file.getMetaInfo()) {
            dicom_texts meta(*parsed->file.getMetaInfo());
            char uid[DICOM_UID];
            meta.uid(DCM_TransferSyntaxUID, uid);
            if (uid[0])
                memcpy(o.instance.transfer_syntax, uid, sizeof uid);
            meta.uid(DCM_MediaStorageSOPClassUID, uid);
            if (strcmp(uid, DICOM_DIRECTORY_CLASS) == 0) {
                memcpy(o.instance.sop_class, uid, sizeof uid);
                memcpy(out, &o, sizeof o);
                return true;
            }
        }
        if (!o.instance.sop_class[0] || !o.instance.sop_instance[0] ||
            !o.header.study.uid[0] || !o.header.series.uid[0])
            return ERR_FAIL(err, ERR_FORMAT,
                            "no valid UID of SOP class, instance, study or series");
        read_sequence(top, o.instance);
        read_lossy(top, o.instance.transfer_syntax, o.instance.lossy);
        if (!read_pixel_format(top, o.instance, err))
            return false;
        parsed->instance = o.instance;
        parsed->headed = true;
        memcpy(out, &o, sizeof o);
        return true;
    });
}

bool dicom_object_frame(struct dicom_parsed *parsed, int32_t index,
                        struct dicom_frame *out, struct err *err)
{
    return dicom_guarded(err, [=] {
        static const struct dicom_frame empty = {};
        const struct dicom_instance &i = parsed->instance;
        struct dicom_frame f = empty;
        if (!parsed->headed || index < 0 || index >= i.frames)
            return ERR_FAIL(err, ERR_ARG, "frame %d of %d", index, i.frames);
        DcmDataset &top = *parsed->file.getDataset();
        dicom_groups g(top, index);
        f.number = i.multi_frame ? index + 1 : 0;
        f.instance_number = i.instance_number;
        if (!place(g, f, err) || !scale(g, top, f, err))
            return false;
        signal(g, top, f);
        timing(g, top, f);
        memcpy(out, &f, sizeof f);
        return true;
    });
}
