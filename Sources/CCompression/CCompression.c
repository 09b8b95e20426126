#include "CCompression.h"

#define SAME_SIZE(ours, theirs) _Static_assert(sizeof(struct ours) == sizeof(theirs), #theirs)
#define SAME_FIELD(ours, our, theirs, their) \
    _Static_assert(offsetof(struct ours, our) == offsetof(theirs, their), #theirs "." #their)

#if __has_include(<zlib.h>)
#include <zlib.h>

SAME_SIZE(ccompression_zlib, z_stream);
SAME_FIELD(ccompression_zlib, available_in, z_stream, avail_in);
SAME_FIELD(ccompression_zlib, next_out, z_stream, next_out);
SAME_FIELD(ccompression_zlib, available_out, z_stream, avail_out);
SAME_FIELD(ccompression_zlib, message, z_stream, msg);
SAME_FIELD(ccompression_zlib, allocate, z_stream, zalloc);
_Static_assert(CCOMPRESSION_Z_OK == Z_OK, "Z_OK");
_Static_assert(CCOMPRESSION_Z_STREAM_END == Z_STREAM_END, "Z_STREAM_END");
_Static_assert(CCOMPRESSION_Z_BUF_ERROR == Z_BUF_ERROR, "Z_BUF_ERROR");
#endif

#if __has_include(<zstd.h>)
#include <zstd.h>

SAME_SIZE(ccompression_zstd_input, ZSTD_inBuffer);
SAME_FIELD(ccompression_zstd_input, position, ZSTD_inBuffer, pos);
SAME_SIZE(ccompression_zstd_output, ZSTD_outBuffer);
SAME_FIELD(ccompression_zstd_output, position, ZSTD_outBuffer, pos);
#endif
