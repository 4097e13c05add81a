/* Who calls, and what the requests of many rows (../rows.mjs) are made of. */
import { randomBytes } from 'node:crypto';
import { signIn } from '../people.mjs';

export const WHO = ['nobody', 'office', 'teacher', 'colleague', 'student', 'classmate', 'parent', 'otherParent',
	'department', 'system', 'ticket', 'otherTicket'];
export const PERSON = 'office teacher colleague student classmate parent otherParent department system';
export const ANYBODY = `${PERSON} ticket otherTicket`;
export const MEMBER = 'office teacher colleague student classmate parent otherParent';
export const STAFF = 'office teacher colleague';
export const TEACHERS = 'teacher colleague';
export const SITTER = 'student ticket';
/* The settings of a server that may send mail, to where nobody takes it. */
export const SENDING = { 'listen.base_url': 'https://thi.example.vn', 'smtp.host': '127.0.0.1', 'smtp.port': 9, 'smtp.tls': 'none',
	'smtp.from': 'truong@example.vn' };
export const FAMILY = 'teacher student parent';

export const home = (w, me) => me.world ?? w;

export const file = (bytes, name) => ({ body: bytes,
	headers: { 'Content-Type': 'application/octet-stream', 'X-File-Name': name } });

/* A session of its own, for a request that ends it. */
export async function fresh(w, me) {
	if (!me.world) {
		return {};
	}
	return { as: me.who in me.world.codes ? await me.world.enterByTicket(me.who) : await signIn(w.server, me.world.people[me.who]) };
}

export const pupil = (w) => w.school.students[0].student;

export const idempotent = () => ({ 'Idempotency-Key': randomBytes(16).toString('base64url') });
