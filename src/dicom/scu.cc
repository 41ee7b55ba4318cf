#include "dicom/scu.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmnet/dcmtrans.h>
#include <dcmtk/dcmnet/scu.h>
#include <dcmtk/dcmtls/tlslayer.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <new>

#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "dicom/parsed.h"
#include "dicom/uid.h"

namespace
{

/* What MR images come in, the best first.  Each is a presentation context of its own,
 * so that the peer can send an instance as it is stored. */
const char *const SYNTAXES[] = {
    UID_LittleEndianExplicitTransferSyntax,
    UID_LittleEndianImplicitTransferSyntax,
    UID_BigEndianExplicitTransferSyntax,
    UID_DeflatedExplicitVRLittleEndianTransferSyntax,
    UID_RLELosslessTransferSyntax,
    UID_JPEGProcess14SV1TransferSyntax,
    UID_JPEGProcess14TransferSyntax,
    UID_JPEGLSLosslessTransferSyntax,
    UID_JPEG2000LosslessOnlyTransferSyntax,
    UID_JPEGProcess1TransferSyntax,
    UID_JPEGProcess2_4TransferSyntax,
    UID_JPEGLSLossyTransferSyntax,
    UID_JPEG2000TransferSyntax,
};

const char *const IMAGES[] = {UID_MRImageStorage, UID_EnhancedMRImageStorage,
                              UID_LegacyConvertedEnhancedMRImageStorage};

bool fail(struct err *err, const char *what, const OFCondition &cond)
{
    return ERR_FAIL(err, ERR_IO, "%s: %s", what, cond.text());
}

/* ---- TLS ---- */

bool set_up_tls(const struct dicom_peer *peer, DcmTLSTransportLayer &tls,
                struct err *err)
{
    SSL_CTX *const context = tls.getNativeHandle();
    if (!context)
        return ERR_FAIL(err, ERR_SUPPORT, "DCMTK's TLS does not start");
    if (tls.setTLSProfile(TSP_Profile_BCP195).bad() || tls.activateCipherSuites().bad())
        return ERR_FAIL(err, ERR_SUPPORT, "DCMTK's TLS has no secure ciphers");
    tls.setPrivateKeyPasswd(""); /* else OpenSSL asks on the terminal */
    if (peer->cert && (tls.setPrivateKeyFile(peer->key, DCF_Filetype_PEM).bad() ||
                       tls.setCertificateFile(peer->cert, DCF_Filetype_PEM).bad() ||
                       !tls.checkPrivateKeyMatchesCertificate()))
        return ERR_FAIL(err, ERR_IO, "%s, %s: no certificate with its key", peer->cert,
                        peer->key);
    if (peer->insecure) {
        tls.setCertificateVerification(DCV_ignoreCertificate);
        return true;
    }
    if (peer->ca ? tls.addTrustedCertificateFile(peer->ca, DCF_Filetype_PEM).bad()
                 : SSL_CTX_set_default_verify_paths(context) != 1)
        return ERR_FAIL(err, ERR_IO, "%s: no certificates of authorities",
                        peer->ca ? peer->ca : "this system");
    tls.setCertificateVerification(DCV_requireCertificate);
    /* DCMTK asks who signed a certificate, not whose it is. */
    X509_VERIFY_PARAM *const verify = SSL_CTX_get0_param(context);
    if (X509_VERIFY_PARAM_set1_ip_asc(verify, peer->host) != 1 &&
        X509_VERIFY_PARAM_set1_host(verify, peer->host, 0) != 1)
        return ERR_FAIL(err, ERR_SUPPORT, "%s: a name that TLS cannot check",
                        peer->host);
    return true;
}

/* ---- the association ---- */

class Scu : public DcmSCU
{
  public:
    explicit Scu(const struct dicom_scu_sink *answers) : sink(answers)
    {
    }

    bool begin(const struct dicom_peer *peer, DcmTLSTransportLayer *tls,
               struct err *err)
    {
        const Uint32 timeout = static_cast<Uint32>(peer->timeout_s);
        setAETitle(peer->calling);
        setPeerAETitle(peer->called);
        /* RFC 6761, 6.3: it needs no table of hosts to be this machine */
        setPeerHostName(strcasecmp(peer->host, "localhost") == 0 ? "127.0.0.1"
                                                                 : peer->host);
        setPeerPort(static_cast<Uint16>(peer->port));
        setConnectionTimeout(peer->timeout_s);
        setACSETimeout(timeout);
        setDIMSETimeout(timeout);
        setDIMSEBlockingMode(DIMSE_NONBLOCKING);
        setProgressNotificationMode(OFTrue);
        /* a peer that takes the connection and says nothing, not even TLS's hello */
        dcmSocketReceiveTimeout.set(static_cast<Sint32>(timeout));
        dcmSocketSendTimeout.set(static_cast<Sint32>(timeout));
        const OFCondition network = initNetwork();
        if (network.bad())
            return fail(err, "no network", network);
        if (tls && useSecureConnection(tls).bad())
            return ERR_FAIL(err, ERR_SUPPORT, "DCMTK's TLS does not start");
        const OFCondition association = negotiateAssociation();
        return association.good() || fail(err, "no association", association);
    }

    void notifyRECEIVEProgress(const unsigned long) override
    {
        sink->alive(sink->user);
    }

    void notifySENDProgress(const unsigned long) override
    {
        sink->alive(sink->user);
    }

    OFCondition handleSTORERequest(const T_ASC_PresentationContextID,
                                   DcmDataset *object, OFBool &go_on,
                                   Uint16 &answer) override
    {
        char path[DICOM_INBOX_PATH];
        if (!object)
            return DIMSE_NULLKEY;
        DcmFileFormat file(object, OFFalse); /* owns it now */
        go_on = OFFalse;
        answer = STATUS_STORE_Refused_OutOfResources;
        if (!sink->next(sink->user, path, &why))
            return EC_IllegalParameter;
        const OFCondition cond =
            file.saveFile(path, file.getDataset()->getOriginalXfer());
        if (cond.bad()) {
            err_record(&why, ERR_IO, "an instance cannot be written: %s", cond.text());
            return EC_IllegalParameter;
        }
        if (!sink->took(sink->user, &why))
            return EC_IllegalParameter;
        go_on = OFTrue;
        answer = STATUS_Success;
        return EC_Normal;
    }

    OFCondition handleCGETResponse(const T_ASC_PresentationContextID id,
                                   RetrieveResponse *response, OFBool &go_on) override
    {
        if (response) {
            status = response->m_status;
            failed = response->m_numberOfFailedSubops;
        }
        return DcmSCU::handleCGETResponse(id, response, go_on);
    }

    OFCondition handleFINDResponse(const T_ASC_PresentationContextID id,
                                   QRResponse *response, OFBool &go_on) override
    {
        if (response && DICOM_PENDING_STATUS(response->m_status) &&
            !take_series(response->m_dataset)) {
            go_on = OFFalse;
            return EC_IllegalParameter;
        }
        if (response)
            status = response->m_status;
        return DcmSCU::handleFINDResponse(id, response, go_on);
    }

    /* What came of a question: the sink's reason first, then the network's, then the
     * peer's. */
    bool judge(const char *what, const OFCondition &cond, struct err *err) const
    {
        if (why.code != ERR_NONE)
            return ERR_FAIL(err, why.code, "%s", why.msg);
        if (cond.bad())
            return fail(err, what, cond);
        if (failed > 0)
            return ERR_FAIL(err, ERR_FORMAT, "%s: %u instances could not be sent", what,
                            failed);
        return status == STATUS_Success ||
               ERR_FAIL(err, ERR_FORMAT, "%s: refused with status %04X", what,
                        static_cast<unsigned>(status));
    }

  private:
    const struct dicom_scu_sink *const sink;
    struct err why = {}; /* why the sink said no */
    Uint16 status = 0;   /* of the last response */
    unsigned failed = 0; /* instances that the peer could not send */

    bool take_series(DcmDataset *set)
    {
        OFString uid, modality;
        Sint32 instances = 0;
        struct dicom_remote_series s = {};
        if (!set || set->findAndGetOFString(DCM_SeriesInstanceUID, uid).bad() ||
            !dicom_uid_ok(uid.c_str()))
            return ERR_FAIL(&why, ERR_FORMAT, "a series without a sound UID");
        (void)set->findAndGetOFString(DCM_Modality, modality);
        (void)set->findAndGetSint32(DCM_NumberOfSeriesRelatedInstances, instances);
        (void)snprintf(s.uid, sizeof s.uid, "%s", uid.c_str());
        (void)snprintf(s.modality, sizeof s.modality, "%s", modality.c_str());
        s.instances = instances;
        return sink->series(sink->user, &s, &why);
    }
};

/* Run `work` with an association that has the contexts `add` asks for.  The transport
 * layer must outlive the association. */
template <class Add, class Work>
bool with_association(const struct dicom_peer *peer, const struct dicom_scu_sink *sink,
                      struct err *err, Add add, Work work)
{
    return dicom_guarded(err, [&] {
        if (!dicom_object_prepare(err))
            return false;
        OFStandard::initializeNetwork();
        if (peer->tls)
            DcmTLSTransportLayer::initializeOpenSSL();
        DcmTLSTransportLayer tls =
            peer->tls ? DcmTLSTransportLayer(NET_REQUESTOR, nullptr, OFFalse)
                      : DcmTLSTransportLayer();
        if (peer->tls && !set_up_tls(peer, tls, err))
            return false;
        Scu scu(sink);
        add(scu);
        if (!scu.begin(peer, peer->tls ? &tls : nullptr, err))
            return false;
        const bool ok = work(scu);
        if (ok)
            (void)scu.releaseAssociation();
        else
            (void)scu.abortAssociation();
        return ok;
    });
}

OFList<OFString> uncompressed()
{
    OFList<OFString> list;
    list.push_back(UID_LittleEndianExplicitTransferSyntax);
    list.push_back(UID_LittleEndianImplicitTransferSyntax);
    return list;
}

T_ASC_PresentationContextID context_of(DcmSCU &scu, const char *what, struct err *err)
{
    const T_ASC_PresentationContextID id = scu.findAnyPresentationContextID(what, "");
    if (id == 0)
        err_record(err, ERR_FORMAT, "it does not offer %s",
                   dcmFindNameOfUID(what, "what was asked for"));
    return id;
}

/* Send a file in the syntax that the peer takes: as it is, else as implicit VR. */
bool store_file(DcmSCU &scu, const char *path, Uint16 &status, struct err *err)
{
    const char *const name = file_name_of(path);
    DcmFileFormat file;
    OFString object;
    if (file.loadFile(path).bad() ||
        file.getDataset()->findAndGetOFString(DCM_SOPClassUID, object).bad())
        return ERR_FAIL(err, ERR_IO, "C-STORE of %s: it cannot be read", name);
    T_ASC_PresentationContextID id =
        scu.findPresentationContextID(object, UID_LittleEndianExplicitTransferSyntax);
    if (id == 0)
        id = scu.findPresentationContextID(object,
                                           UID_LittleEndianImplicitTransferSyntax);
    if (id == 0)
        return ERR_FAIL(err, ERR_FORMAT, "C-STORE of %s: it does not take %s", name,
                        dcmFindNameOfUID(object.c_str(), "what was sent"));
    const OFCondition sent = scu.sendSTORERequest(id, "", file.getDataset(), status);
    return sent.good() || ERR_FAIL(err, ERR_IO, "C-STORE of %s: %s", name, sent.text());
}

template <class R> void drop(OFList<R *> &list)
{
    for (R *response : list)
        delete response;
    list.clear();
}

} // namespace

bool dicom_scu_find(const struct dicom_peer *peer, const char *study,
                    const struct dicom_scu_sink *sink, struct err *err)
{
    const char *const model = UID_FINDStudyRootQueryRetrieveInformationModel;
    return with_association(
        peer, sink, err,
        [&](Scu &scu) { scu.addPresentationContext(model, uncompressed()); },
        [&](Scu &scu) {
            const T_ASC_PresentationContextID id = context_of(scu, model, err);
            DcmDataset keys;
            OFList<QRResponse *> responses;
            if (id == 0)
                return false;
            keys.putAndInsertString(DCM_QueryRetrieveLevel, "SERIES");
            keys.putAndInsertString(DCM_StudyInstanceUID, study);
            keys.putAndInsertString(DCM_SeriesInstanceUID, "");
            keys.putAndInsertString(DCM_Modality, "");
            keys.putAndInsertString(DCM_NumberOfSeriesRelatedInstances, "");
            const OFCondition cond = scu.sendFINDRequest(id, &keys, &responses);
            drop(responses);
            return scu.judge("C-FIND", cond, err);
        });
}

bool dicom_scu_get(const struct dicom_peer *peer, const char *study, const char *series,
                   const struct dicom_scu_sink *sink, struct err *err)
{
    const char *const model = UID_GETStudyRootQueryRetrieveInformationModel;
    return with_association(
        peer, sink, err,
        [&](Scu &scu) {
            scu.addPresentationContext(model, uncompressed());
            for (const char *image : IMAGES)
                for (const char *syntax : SYNTAXES) {
                    OFList<OFString> one;
                    one.push_back(syntax);
                    scu.addPresentationContext(image, one, ASC_SC_ROLE_SCP);
                }
        },
        [&](Scu &scu) {
            const T_ASC_PresentationContextID id = context_of(scu, model, err);
            DcmDataset keys;
            OFList<RetrieveResponse *> responses;
            if (id == 0)
                return false;
            keys.putAndInsertString(DCM_QueryRetrieveLevel, "SERIES");
            keys.putAndInsertString(DCM_StudyInstanceUID, study);
            keys.putAndInsertString(DCM_SeriesInstanceUID, series);
            const OFCondition cond = scu.sendCGETRequest(id, &keys, &responses);
            drop(responses);
            return scu.judge("C-GET", cond, err);
        });
}

bool dicom_scu_store(const struct dicom_peer *peer, char *const *path, size_t count,
                     const struct dicom_scu_sink *sink, struct err *err)
{
    return with_association(
        peer, sink, err,
        [&](Scu &scu) {
            /* a context for each syntax: in one the peer would choose */
            scu.setDatasetConversionMode(OFTrue);
            for (const char *what :
                 {UID_SegmentationStorage, UID_EnhancedSRStorage,
                  UID_ComprehensiveSRStorage, UID_Comprehensive3DSRStorage,
                  UID_SecondaryCaptureImageStorage,
                  UID_MultiframeTrueColorSecondaryCaptureImageStorage,
                  UID_EncapsulatedPDFStorage})
                for (const char *syntax : {UID_LittleEndianExplicitTransferSyntax,
                                           UID_LittleEndianImplicitTransferSyntax}) {
                    OFList<OFString> one;
                    one.push_back(syntax);
                    scu.addPresentationContext(what, one);
                }
        },
        [&](Scu &scu) {
            for (size_t i = 0; i < count; i++) {
                Uint16 status = 0;
                if (!store_file(scu, path[i], status, err))
                    return false;
                sink->alive(sink->user);
                if (!DICOM_SUCCESS_STATUS(status) && !DICOM_WARNING_STATUS(status))
                    return ERR_FAIL(err, ERR_FORMAT,
                                    "%zu of %zu results were not taken (status %04X)",
                                    count - i, count, static_cast<unsigned>(status));
            }
            return true;
        });
}
