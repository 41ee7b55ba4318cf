/*
 * memory_stream.h - a file in memory as DCMTK reads it, for parsed.cc alone (C++).
 *
 * Why:    an attribute says how long its value is, and DCMTK asks for that much memory
 *         before it looks whether so much is there: eight bytes of a damaged file cost
 *         gigabytes.  From a stream that can be opened again at any place DCMTK skips
 *         long values and loads them when they are asked for; here a value that would
 *         end beyond the data cannot be skipped, so nothing is ever loaded that is not
 *         there.  (DCMTK's own stream over memory cannot be opened again.)
 * Layer:  dicom.
 * Thread: plain data; the bytes are borrowed and must outlive all values.
 *
 * DCMTK calls itself for each sequence within a sequence.  How deep can be seen from
 * the stack: a stream that is read further down than STACK_BYTES below where it was
 * made is at its end.
 */
#ifndef DICOM_MEMORY_STREAM_H
#define DICOM_MEMORY_STREAM_H

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcistrma.h>
#include <dcmtk/dcmdata/dcerror.h>

#include <string.h>

#include <cstdint>

class dicom_memory_producer : public DcmProducer
{
  public:
    dicom_memory_producer(const void *data, offile_off_t size, offile_off_t at)
        : data_(static_cast<const char *>(data)), size_(size), at_(at),
          made_at_(stack_now()), too_deep_(false), failed_(false)
    {
    }

    OFBool good() const override
    {
        return !failed_;
    }

    OFCondition status() const override
    {
        return failed_ ? OFCondition(EC_PutbackFailed) : OFCondition(EC_Normal);
    }

    OFBool eos() override
    {
        return at_ >= size_;
    }

    offile_off_t avail() override
    {
        enum { STACK_BYTES = 1 << 20 }; /* of the eight megabytes that are usual */
        too_deep_ = too_deep_ || made_at_ > stack_now() + STACK_BYTES;
        return too_deep_ ? 0 : size_ - at_;
    }

    offile_off_t read(void *buf, offile_off_t n) override
    {
        const char *const from = data_ + at_;
        n = skip(n);
        if (n > 0)
            memcpy(buf, from, static_cast<size_t>(n));
        return n;
    }

    offile_off_t skip(offile_off_t n) override
    {
        const offile_off_t left = avail();
        n = n < 0 ? 0 : n < left ? n : left;
        at_ += n;
        return n;
    }

    void putback(offile_off_t n) override
    {
        if (n < 0 || n > at_)
            failed_ = true;
        else
            at_ -= n;
    }

    bool too_deep() const
    {
        return too_deep_;
    }

    const void *data() const
    {
        return data_;
    }

    offile_off_t size() const
    {
        return size_;
    }

  private:
    /* It grows downwards on every machine that this program runs on. */
    static std::uintptr_t stack_now()
    {
        return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    }

    const char *data_;
    offile_off_t size_, at_;
    std::uintptr_t made_at_;
    bool too_deep_, failed_;
};

class dicom_memory_stream : public DcmInputStream
{
  public:
    dicom_memory_stream(const void *data, offile_off_t size, offile_off_t at = 0)
        : DcmInputStream(&producer_), producer_(data, size, at), start_(at)
    {
    }

    DcmInputStreamFactory *newFactory() const override
    {
        return new factory(producer_.data(), producer_.size(), start_ + tell());
    }

    /* Why it ended early. */
    bool too_deep() const
    {
        return producer_.too_deep();
    }

  private:
    /* The same bytes from the same place, whenever a value is asked for. */
    class factory : public DcmInputStreamFactory
    {
      public:
        factory(const void *data, offile_off_t size, offile_off_t at)
            : data_(data), size_(size), at_(at)
        {
        }

        DcmInputStream *create() const override
        {
            return new dicom_memory_stream(data_, size_, at_);
        }

        DcmInputStreamFactory *clone() const override
        {
            return new factory(*this);
        }

        DcmInputStreamFactoryType ident() const override
        {
            return DFT_DcmInputFileStreamFactory;
        }

      private:
        const void *data_;
        offile_off_t size_, at_;
    };

    dicom_memory_producer producer_;
    offile_off_t start_;
};

#endif
