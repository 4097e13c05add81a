#include "tests/check.h"
#include "tests/db/testdb.h"
int main(void){struct testdb t; testdb_start(&t,"db"); testdb_stop(&t); return check_done();}
