#include "core/doc/xml.h"

#include <stdlib.h>

#include "core/base/buf.h"
#include "tests/check.h"

/* The events as one line: <name text/name>. */
static enum err trace(const char *bytes, size_t n, struct buf *out) {
	_cleanup_(xml_in_freep) struct xml_in *x = NULL;
	enum err e = xml_in_new(bytes, n, &x);
	enum xml_event event = XML_EVENT_START;
	while (!e && event != XML_EVENT_DONE) {
		e = xml_in_next(x, &event);
		if (e) {
			return e;
		}
		if (event == XML_EVENT_START) {
			const char *v = xml_in_attr(x, "urn:b", "v");
			buf_addf(out, "<%s:%zu%s%s>", xml_in_name(x), xml_in_depth(x), v ? "=" : "",
					v ? v : "");
		} else if (event == XML_EVENT_END) {
			buf_addf(out, "</%s:%zu>", xml_in_name(x), xml_in_depth(x));
		} else if (event == XML_EVENT_TEXT) {
			buf_add_str(out, xml_in_text(x));
		}
	}
	return e;
}

static const struct {
	const char *name;
	const char *xml;
	enum err want_err;
	const char *want; /* read only when want_err is ERR_OK */
} rows[] = {
	{ "elements and text", "<a>x<b/>y<c> </c></a>", ERR_OK,
			"<a:1>x<b:2></b:2>y<c:2> </c:2></a:1>" },
	{ "attribute by namespace",
			"<a xmlns:p='urn:b' xmlns:q='urn:q' v='0' q:v='1' p:v='&lt;2&#x103;'/>",
			ERR_OK, "<a:1=<2ă></a:1>" },
	{ "cdata, comments, instructions",
			"<?xml version='1.0'?><!-- c --><a><?pi?><![CDATA[<&]]></a>", ERR_OK,
			"<a:1><&</a:1>" },
	{ "byte order mark", "\xEF\xBB\xBF<a>é</a>", ERR_OK, "<a:1>é</a:1>" },
	{ "doctype", "<!DOCTYPE a><a/>", ERR_FORMAT, "" },
	{ "billion laughs", "<!DOCTYPE a [<!ENTITY x \"ha\"><!ENTITY y \"&x;&x;&x;\">]><a>&y;</a>",
			ERR_FORMAT, "" },
	{ "external entity", "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
			ERR_FORMAT, "" },
	{ "unknown entity", "<a>&nbsp;</a>", ERR_FORMAT, "" },
	{ "unclosed", "<a><b></a>", ERR_FORMAT, "" },
	{ "cut off", "<a>", ERR_FORMAT, "" },
	{ "not UTF-8", "<a>\xE9</a>", ERR_FORMAT, "" },
	{ "other encoding declared", "<?xml version='1.0' encoding='ISO-8859-1'?><a>x</a>",
			ERR_UNSUPPORTED, "" },
	{ "encoding declared in lower case",
			"\xEF\xBB\xBF<?xml version=\"1.0\" encoding = \"utf-8\" ?><a>ế</a>", ERR_OK,
			"<a:1>ế</a:1>" },
	{ "empty", "", ERR_FORMAT, "" },
};

static void add_nested(struct buf *b, size_t depth) {
	for (size_t i = 0; i < depth; i++) {
		buf_add_str(b, "<a>");
	}
	for (size_t i = 0; i < depth; i++) {
		buf_add_str(b, "</a>");
	}
}

static void add_attrs(struct buf *b, size_t count) {
	buf_add_str(b, "<a");
	for (size_t i = 0; i < count; i++) {
		buf_addf(b, " a%zu='%zu'", i, i);
	}
	buf_add_str(b, "/>");
}

static void test_limits(void) {
	_cleanup_(buf_finish) struct buf b = buf_make(1 << 20);
	_cleanup_(buf_finish) struct buf out = buf_make(1 << 20);
	add_nested(&b, XML_DEPTH_MAX);
	CHECK_INT("deepest", trace(b.data, b.len, &out), ERR_OK);
	buf_clear(&b);
	add_nested(&b, XML_DEPTH_MAX + 1);
	CHECK_INT("one too deep", trace(b.data, b.len, &out), ERR_LIMIT);
	buf_clear(&b);
	add_attrs(&b, XML_ATTRS_MAX);
	CHECK_INT("most attributes", trace(b.data, b.len, &out), ERR_OK);
	buf_clear(&b);
	add_attrs(&b, XML_ATTRS_MAX + 1);
	CHECK_INT("one attribute too many", trace(b.data, b.len, &out), ERR_LIMIT);

	size_t n = XML_INPUT_BYTES_MAX + 1;
	char *big = malloc(n);
	if (big) {
		memset(big, ' ', n);
		memcpy(big, "<a/>", 4);
		CHECK_INT("too long", trace(big, n, &out), ERR_LIMIT);
		CHECK_INT("longest", trace(big, n - 1, &out), ERR_OK);
	}
	free(big);
}

static size_t count_nodes(const struct xml_node *n) {
	size_t count = 1;
	for (const struct xml_node *c = n->first; c; c = c->next) {
		count += count_nodes(c);
	}
	return count;
}

static void test_tree(void) {
	static const char text[] =
			"<r xmlns='urn:r' xmlns:p='urn:p'><a k='1' p:k='2'>one</a><p:a/>two<b><c/></b></r>";
	_cleanup_(xml_tree_freep) struct xml_tree *t = NULL;
	CHECK_INT("parse", xml_tree_parse(text, strlen(text), &t), ERR_OK);
	const struct xml_node *r = xml_tree_root(t);
	CHECK_STR("root", r->name, "r");
	CHECK_STR("root namespace", r->ns, "urn:r");
	CHECK_INT("nodes", count_nodes(r), 7);
	const struct xml_node *a = xml_node_child(r, NULL, "a");
	CHECK_STR("plain attribute", xml_node_attr(a, "", "k"), "1");
	CHECK_STR("namespaced attribute", xml_node_attr(a, "urn:p", "k"), "2");
	CHECK("no such attribute", !xml_node_attr(a, NULL, "p"));
	CHECK("namespace declarations are no attributes", r->attr_count == 0);
	CHECK_STR("text", a->first->text, "one");
	CHECK_STR("second a by namespace", xml_node_child(r, "urn:p", "a")->ns, "urn:p");
	CHECK("parent", xml_node_child(r, NULL, "b")->first->parent->parent == r);
	CHECK("no child", !xml_node_child(r, NULL, "zz"));

	struct xml_tree *none = NULL;
	CHECK_INT("bad", xml_tree_parse("<a><b></a>", 10, &none), ERR_FORMAT);
	CHECK("untouched", none == NULL);
}

static void add_children(struct buf *b, size_t count) {
	buf_add_str(b, "<a>");
	for (size_t i = 0; i < count; i++) {
		buf_add_str(b, "<b/>");
	}
	buf_add_str(b, "</a>");
}

static void test_tree_limit(void) {
	_cleanup_(buf_finish) struct buf b = buf_make(XML_INPUT_BYTES_MAX);
	add_children(&b, XML_TREE_NODES_MAX - 1);
	_cleanup_(xml_tree_freep) struct xml_tree *t = NULL;
	CHECK_INT("most nodes", xml_tree_parse(b.data, b.len, &t), ERR_OK);
	buf_clear(&b);
	add_children(&b, XML_TREE_NODES_MAX);
	_cleanup_(xml_tree_freep) struct xml_tree *more = NULL;
	CHECK_INT("one node too many", xml_tree_parse(b.data, b.len, &more), ERR_LIMIT);
}

static void test_skip(void) {
	static const char text[] = "<a><b><c>x</c><d/></b><e/></a>";
	_cleanup_(xml_in_freep) struct xml_in *x = NULL;
	enum xml_event event = XML_EVENT_DONE;
	CHECK_INT("open", xml_in_new(text, strlen(text), &x), ERR_OK);
	CHECK_INT("a", xml_in_next(x, &event), ERR_OK);
	CHECK_INT("b", xml_in_next(x, &event), ERR_OK);
	CHECK_INT("skip b", xml_in_skip(x), ERR_OK);
	CHECK_INT("next", xml_in_next(x, &event), ERR_OK);
	CHECK_STR("after b comes", xml_in_name(x), "e");
	CHECK_INT("skip an empty one", xml_in_skip(x), ERR_OK);
	CHECK_INT("next", xml_in_next(x, &event), ERR_OK);
	CHECK_INT("is an end", event, XML_EVENT_END);
	CHECK_STR("of", xml_in_name(x), "a");
}

int main(void) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(buf_finish) struct buf out = buf_make(4096);
		CHECK_INT(rows[i].name, trace(rows[i].xml, strlen(rows[i].xml), &out),
				rows[i].want_err);
		if (!rows[i].want_err) {
			CHECK_STR(rows[i].name, buf_str(&out), rows[i].want);
		}
	}
	test_limits();
	test_skip();
	test_tree();
	test_tree_limit();
	return check_done();
}
