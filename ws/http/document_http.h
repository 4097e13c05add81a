#ifndef WS_HTTP_DOCUMENT_HTTP_H
#define WS_HTTP_DOCUMENT_HTTP_H

/* Report cards, transcripts and mark books as PDF, and what their QR codes prove. */

#include "ws/http/route.h"

route_handler document_create; /* POST /classes/{class}/documents */
/* POST /children/{student}/documents, /my/documents: of one student, what the school has closed */
route_handler document_child_create;
route_handler document_mine_create;
route_handler document_verify; /* POST /documents/verify: for anybody */

#endif
