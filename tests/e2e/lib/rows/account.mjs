/* Rows (../rows.mjs): signing in and one's own account, and what is for everybody. */
import { randomBytes } from 'node:crypto';
import { PASSWORD } from '../world.mjs';
import { ANYBODY, MEMBER, PERSON, fresh, home } from './who.mjs';

export const accountRows = {
	'GET /healthz': ['public', '='],
	'GET /readyz': ['public', '='],
	'GET /metrics': ['public', '='],
	'GET /openapi.json': ['public', '='],
	'GET /keys': ['public', '='],
	'GET /time': ['public', '='],
	'GET /about': ['public', '='],
	/* Whoever signs in leaves the session that he or she had. */
	'POST /session': ['public', '=', async (w, me) => ({ ...await fresh(w, me), body: { school: home(w, me).school.code, name: 'office', password: PASSWORD } })],
	'POST /activation': ['public', '=', async (w, me) => ({ body: { code: await newCode(home(w, me)) } })],
	'POST /activation/use': ['public', '=', async (w, me) => ({ ...await fresh(w, me), body: { code: await newCode(home(w, me)), password: PASSWORD } })],
	'GET /session': [ANYBODY, '='],
	'DELETE /session': [ANYBODY, '=', fresh],
	'PUT /session/school': [`${MEMBER} system`, '-', (w) => ({ body: { school: w.school.id } })],
	'PUT /session/language': [PERSON, '=', () => ({ body: { language: 'vi' } })],
	/* A new password ends the other sessions, a ticket's too: all come in again behind it. */
	'PUT /account/password': [PERSON, '=', async (w, me) => ({ ...await fresh(w, me), body: { old: PASSWORD, new: PASSWORD } }), (w) => w.enter()],
	'POST /account/schools': ['office teacher colleague parent otherParent', '=', async (w, me) => ({ body: { code: await guardianCode(home(w, me)) } }), onlyParents],
};

const newCode = async (w) => (await w.call(200, 'POST', `/students/${w.school.spare.student}/activation`, 'office')).code;

/* The code of a slip for a parent who was never signed in. */
async function guardianCode(w) {
	await w.db.query('DELETE FROM guardian WHERE student_id = ?', [w.school.spare.student]);
	const phone = `09${String(randomBytes(4).readUInt32BE(0)).padStart(10, '0').slice(-8)}`;
	const { guardians } = await w.call(201, 'POST', `/students/${w.school.spare.student}/guardians`, 'office',
		{ fullName: w.text('Phụ Huynh '), relation: 'other', phone });
	return (await w.call(200, 'POST', `/people/${guardians[0].id}/activation`, 'office')).code;
}

/* Nobody else of the school is a parent again. */
async function onlyParents(w) {
	const kept = [w.people.parent.id, w.people.otherParent.id];
	await w.db.query('DELETE FROM guardian WHERE student_id = ?', [w.school.spare.student]);
	await w.db.query('DELETE FROM membership WHERE school_id = ? AND role = 4 AND person_id NOT IN (?)', [w.school.id, kept]);
}
