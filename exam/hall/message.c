#include "exam/hall/message.h"

#include <assert.h>

const char *message_refusal_name(enum message_refusal refusal) {
	switch (refusal) {
	case REFUSED_NOT:
		return "ok";
	case REFUSED_LATE:
		return "late";
	case REFUSED_EARLY:
		return "early";
	case REFUSED_CLOSED:
		return "closed";
	case REFUSED_LEASE:
		return "lease";
	case REFUSED_FORK:
		return "fork";
	case REFUSED_GAP:
		return "gap";
	case REFUSED_VALUE:
		return "value";
	case REFUSED_SLOT:
		return "slot";
	case REFUSED_SECTION:
		return "section";
	case REFUSED_FLOOD:
		return "flood";
	case REFUSED_FULL:
		return "full";
	case REFUSED_BUSY:
		return "busy";
	case REFUSED_LOG:
		return "log";
	case REFUSED_ELSEWHERE:
		return "elsewhere";
	case REFUSED_UNKNOWN:
		return "unknown";
	case REFUSED_FRAME:
		return "frame";
	case REFUSED_COUNT_:
		break;
	}
	assert(false);
	return "";
}
