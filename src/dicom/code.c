#include "dicom/code.h"

#include <assert.h>

#define SCT(value, meaning)                                                            \
    {                                                                                  \
        value, "SCT", meaning                                                          \
    }

const struct dicom_part_words dicom_code_part[DICOM_PARTS] = {
    [DICOM_MYOCARDIUM] = {"LV myocardium",
                          LABELS_MYOCARDIUM,
                          SCT("123037004", "Anatomical Structure"),
                          SCT("49848007", "Left Ventricle Myocardium"),
                          SCT("87878005", "Left Ventricle"),
                          {35197, 51187, 45394}},
    [DICOM_SCAR] = {"LV scar",
                    LABELS_SCAR,
                    SCT("49755003", "Morphologically Abnormal Structure"),
                    SCT("12402003", "Scar tissue"),
                    SCT("49848007", "Left Ventricle Myocardium"),
                    {59003, 32526, 54083}},
    [DICOM_LV_BLOOD] = {"LV blood pool",
                        LABEL_BIT(LABEL_LV_BLOOD),
                        SCT("91720002", "Body Substance"),
                        SCT("87612001", "Blood"),
                        SCT("87878005", "Left Ventricle"),
                        {32613, 48973, 26903}},
    [DICOM_RV_BLOOD] = {"RV blood pool",
                        LABEL_BIT(LABEL_RV_BLOOD),
                        SCT("91720002", "Body Substance"),
                        SCT("87612001", "Blood"),
                        SCT("53085002", "Right Ventricle"),
                        {33070, 34625, 17996}},
    [DICOM_NO_REFLOW] = {"LV no-reflow",
                         LABEL_BIT(LABEL_NO_REFLOW),
                         SCT("49755003", "Morphologically Abnormal Structure"),
                         {"no-reflow", DICOM_OWN_SCHEME,
                          "No-reflow (microvascular obstruction)"},
                         SCT("49848007", "Left Ventricle Myocardium"),
                         {29795, 48794, 18923}},
};

void dicom_code_put(struct dicom_encoder *e, uint64_t sequence,
                    const struct dicom_code *code)
{
    dicom_encode_begin(e, sequence);
    dicom_encode_text(e, DICOM_CODE_VALUE, code->value);
    dicom_encode_text(e, DICOM_CODE_SCHEME, code->scheme);
    dicom_encode_text(e, DICOM_CODE_MEANING, code->meaning);
    dicom_encode_end(e);
}

void dicom_code_put_dcm(struct dicom_encoder *e, uint64_t sequence, const char *value,
                        const char *meaning)
{
    const struct dicom_code code = {value, "DCM", meaning};

    dicom_code_put(e, sequence, &code);
}

void dicom_code_declare_own(struct dicom_encoder *e)
{
    dicom_encode_begin(e, DICOM_CODING_SCHEME_SEQUENCE);
    dicom_encode_text(e, DICOM_CODE_SCHEME, DICOM_OWN_SCHEME);
    dicom_encode_text(e, DICOM_CODING_SCHEME_NAME,
                      "Cicatrix: late gadolinium enhancement of the myocardium");
    dicom_encode_text(e, DICOM_CODING_SCHEME_ORGANIZATION, "Cicatrix");
    dicom_encode_end(e);
}

const struct dicom_code *dicom_code_aha(int segment)
{
    static const struct dicom_code code[] = {
        SCT("264850008", "Basal anterior segment"),
        SCT("396482007", "Basal anteroseptal segment"),
        SCT("396646008", "Basal inferoseptal segment"),
        SCT("264846001", "Basal inferior segment"),
        SCT("396652009", "Basal inferolateral segment"),
        SCT("396654005", "Basal anterolateral segment"),
        SCT("264848000", "Mid anterior segment"),
        SCT("396647004", "Mid anteroseptal segment"),
        SCT("396649001", "Mid inferoseptal segment"),
        SCT("264847005", "Mid inferior segment"),
        SCT("396655006", "Mid inferolateral segment"),
        SCT("396656007", "Mid anterolateral segment"),
        SCT("264844003", "Apical anterior segment"),
        SCT("264845002", "Apical septal segment"),
        SCT("264849008", "Apical inferior segment"),
        SCT("264853005", "Apical lateral segment"),
        SCT("128564006", "Apex"),
    };

    assert(segment >= 1 && segment <= (int)ARRAY_LEN(code));
    return &code[segment - 1];
}
