#include "core/net/way_io.h"

#include <string.h>

#include "core/net/address.h"

static int on_progress(
		void *ctx, curl_off_t dl_all, curl_off_t dl, curl_off_t ul_all, curl_off_t ul) {
	atomic_bool *stop = ctx;
	(void)dl_all;
	(void)dl;
	(void)ul_all;
	(void)ul;
	return stop && atomic_load(stop) ? 1 : 0;
}

static CURLcode set_authority(CURL *c, const struct way *w) {
	CURLcode r = CURLE_OK;
	if (w->ca_pem) {
		struct curl_blob blob = { (void *)(uintptr_t)w->ca_pem, strlen(w->ca_pem),
			CURL_BLOB_COPY };
		r = curl_easy_setopt(c, CURLOPT_CAINFO_BLOB, &blob);
	} else if (w->ca_path && w->ca_path[0]) {
		r = curl_easy_setopt(c, CURLOPT_CAINFO, w->ca_path);
	} else {
		return CURLE_OK;
	}
	return r ? r : curl_easy_setopt(c, CURLOPT_CAPATH, NULL); /* that one alone */
}

/* The address is looked at where the connection is opened: what a name stood for before proves
 * nothing. */
static curl_socket_t on_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *at) {
	struct way_guard *guard = ctx;
	if (purpose != CURLSOCKTYPE_IPCXN || !address_may(&at->addr, guard->takes_here)) {
		guard->has_refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(at->family, at->socktype | SOCK_CLOEXEC, at->protocol);
}

static CURLcode set_guard(CURL *c, struct way_guard *guard) {
	if (!guard) {
		return CURLE_OK;
	}
	guard->has_refused = false;
	CURLcode r = curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, on_socket);
	return r ? r : curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, guard);
}

CURLcode way_set(CURL *c, const struct way *w) {
	curl_easy_reset(c);
	CURLcode r = curl_easy_setopt(c, CURLOPT_URL, w->url);
	r = r ? r : curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, w->protocols);
	r = r ? r : curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	r = r ? r : curl_easy_setopt(c, CURLOPT_PROXY, "");
	r = r ? r : curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	r = r ? r : curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)w->timeout_ms);
	r = r ? r : curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)(w->timeout_ms / 2));
	r = r ? r : curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
	r = r ? r : curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
	r = r ? r : curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	r = r ? r : set_authority(c, w);
	r = r ? r : set_guard(c, w->guard);
	r = r ? r : curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	r = r ? r : curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
	return r ? r : curl_easy_setopt(c, CURLOPT_XFERINFODATA, w->stop);
}

enum err way_fault(CURLcode r, const char **out_error) {
	switch ((int)r) {
	case CURLE_ABORTED_BY_CALLBACK:
		*out_error = "stopped";
		return ERR_CLOSED;
	case CURLE_OUT_OF_MEMORY:
		*out_error = "stopped";
		return ERR_NOMEM;
	case CURLE_OPERATION_TIMEDOUT:
		*out_error = "timeout";
		return ERR_IO;
	case CURLE_LOGIN_DENIED:
		*out_error = "login";
		return ERR_IO;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_USE_SSL_FAILED:
	case CURLE_SSL_CACERT_BADFILE:
		*out_error = "tls";
		return ERR_IO;
	default:
		*out_error = "unreachable";
		return ERR_IO;
	}
}
