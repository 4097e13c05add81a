#ifndef CORE_DOC_ZIP_FILE_IO_H
#define CORE_DOC_ZIP_FILE_IO_H

/* An archive that is being written (zip_out.h) into an open file. */

#include "core/doc/zip_out.h"

/* Appends to the file at its present place; the caller closes it. It gives ERR_DISK_FULL and
 * ERR_IO. */
struct zip_sink zip_sink_file(int fd);

#endif
