/// What sonde uses of the binary interfaces of zlib (1.2 and later) and libzstd (1.0 and later), which it loads when a compressed capture is
/// read (docs/decisions/0005-compressed-captures.md). Where their headers are installed, CCompression.c checks these declarations against them.
#ifndef SONDE_CCOMPRESSION_H
#define SONDE_CCOMPRESSION_H

#include <stddef.h>

/// z_stream
struct ccompression_zlib {
    const unsigned char *next_in;
    unsigned int available_in;
    unsigned long total_in;
    unsigned char *next_out;
    unsigned int available_out;
    unsigned long total_out;
    const char *message;
    void *state;
    void *allocate;
    void *release;
    void *context;
    int data_type;
    unsigned long checksum;
    unsigned long reserved;
};

/// ZSTD_inBuffer and ZSTD_outBuffer, which are alike but for what their pointer points to.
struct ccompression_zstd_input {
    const void *bytes;
    size_t size;
    size_t position;
};

struct ccompression_zstd_output {
    void *bytes;
    size_t size;
    size_t position;
};

enum {
    CCOMPRESSION_Z_OK = 0,
    CCOMPRESSION_Z_STREAM_END = 1,
    CCOMPRESSION_Z_BUF_ERROR = -5,
    /// The largest window (15), plus 16 to expect a gzip header.
    CCOMPRESSION_Z_GZIP_WINDOW = 15 + 16,
};

#endif
