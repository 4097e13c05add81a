#ifndef CORE_BASE_MARKUP_H
#define CORE_BASE_MARKUP_H

/* Text as part of XML or HTML. Pure. */

#include "core/base/buf.h"
#include "core/base/str.h"

/* As the text between two tags. */
void markup_add_text(struct buf *out, struct str text);
/* As the value of an attribute, inside double quotes. */
void markup_add_attribute(struct buf *out, struct str text);

#endif
