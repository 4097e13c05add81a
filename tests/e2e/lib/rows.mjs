/*
 * A row for each route of `truongthi routes --json`: who may call it, and a request that is good.
 * A row says who of the school that the request is about gets an answer (2xx); all others of that
 * school are refused with 401 (nobody), 403 (the route is not for that role) or 404 (the thing is
 * not there for them). Then the same people of another school:
 *     -   refused like strangers: 403 or 404
 *     22  the same, or 422 with the member that names a thing that is not theirs
 *     =   the request names no thing: they get what is theirs
 * "public" is for everybody. A fourth column is what must be done behind a row.
 * The rows stand by subject in rows/; a route without a row, or with two, is a fault.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { accountRows } from './rows/account.mjs';
import { bankRows } from './rows/bank.mjs';
import { classesRows } from './rows/classes.mjs';
import { exchangeRows } from './rows/exchange.mjs';
import { hallRows } from './rows/hall.mjs';
import { marksRows } from './rows/marks.mjs';
import { messagesRows } from './rows/messages.mjs';
import { schoolRows } from './rows/school.mjs';
import { BIN } from './server.mjs';

export { SENDING, SITTER, WHO } from './rows/who.mjs';

const SUBJECTS = [accountRows, schoolRows, messagesRows, exchangeRows, bankRows, hallRows, marksRows, classesRows];
export const ROWS = Object.assign({}, ...SUBJECTS);
assert.equal(Object.keys(ROWS).length, SUBJECTS.flatMap(Object.keys).length, 'a route has two rows');

const table = JSON.parse(execFileSync(BIN, ['routes', '--json'], { encoding: 'utf8' }))
	.map((r) => ({ ...r, name: `${r.method} ${r.path.replace('/api/v1', '').replace(/\{(\w+)(:\w+)?\}/g, '{$1}')}`,
		path: r.path.replace(/\{(\w+)(:\w+)?\}/g, '{$1}') }));

/** The routes of a school's server. */
export const routes = table.filter((r) => !r.flags.includes('province'));
/** Those of a province's alone: province.test.mjs and desk.test.mjs try them. */
export const provinceRoutes = table.filter((r) => r.flags.includes('province'));

/** A good request of a route: { path, body, headers, as }. */
export async function requestOf(route, w, me) {
	const [, , make] = ROWS[route.name];
	const { body, headers, query, as = me.as, ...params } = make ? await make(w, me) : {};
	const path = route.path.replace(/\{(\w+)\}/g, (_, name) => {
		assert.ok(params[name], `${route.name}: the row gives no {${name}}`);
		return params[name];
	});
	return { path: query ? `${path}?${query}` : path, body, headers, as };
}
