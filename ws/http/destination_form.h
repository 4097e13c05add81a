#ifndef WS_HTTP_DESTINATION_FORM_H
#define WS_HTTP_DESTINATION_FORM_H

/* What the office types of a destination: read from a JSON body, each mistake noted in the form.
 * Pure. */

#include "core/exchange/destination.h"
#include "ws/http/form.h"

struct destination_form {
	char *name;
	char *password; /* "": none was typed */
	char *ca;       /* PEM with a line end behind it; "": the system's authorities */
	struct destination_settings settings;
};
/* The password is wiped. */
void destination_form_finish(struct destination_form *f);

/* Members that another kind of destination has are mistakes; so is an address on this machine when
 * the operator has not allowed it (core/net/address.h). */
void destination_form_read(struct form *form, enum destination_kind kind, bool takes_here,
		struct destination_form *out);

/* Whether it is certificates in PEM, each whole: its base64 gives one DER value. Nothing is said
 * of what stands in them. */
bool destination_form_is_pem(struct str text);

#endif
