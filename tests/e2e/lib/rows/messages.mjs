/* Rows (../rows.mjs): letters, notices and what leaves the house of them. */
import { randomBytes } from 'node:crypto';
import { insert } from '../people.mjs';
import { MEMBER, STAFF, home, idempotent, pupil } from './who.mjs';

export const messagesRows = {
	'POST /letters': ['office teacher', '-', (w) => ({ headers: idempotent(), body: letterBody(w) })],
	'GET /letters': [STAFF, '='],
	'GET /letters/{letter}': ['teacher', '-', async (w) => ({ letter: (await written(w)).letter })],
	'POST /children/{student}/threads': ['parent', '-', async (w) => {
		await w.db.query('UPDATE letter SET sent_at_ms = 1 WHERE scope = 5'); /* not too many a day */
		return { student: pupil(w), headers: idempotent(), body: { to: 'teacher', title: w.text(), text: w.text() } };
	}],
	'GET /threads': [MEMBER, '='],
	'GET /threads/{thread}': ['teacher parent', '-', async (w) => ({ thread: (await written(w)).thread })],
	'POST /threads/{thread}/replies': ['teacher parent', '-', async (w) => ({ thread: (await written(w)).thread,
		headers: idempotent(), body: { text: w.text() } })],
	'POST /threads/{thread}/read': ['teacher parent', '-', async (w) => ({ thread: (await written(w)).thread })],
	'GET /notices': [MEMBER, '='],
	'GET /notices/unread': [MEMBER, '='],
	'GET /notice-settings': [MEMBER, '='],
	'PUT /notice-settings': [MEMBER, '=', async (w, me) => ({ body: { byEmail: true, byPhone: true, quietFromMin: 1290, quietToMin: 390,
		version: me.as ? (await (await w.server.call('GET', '/api/v1/notice-settings', { as: me.as })).json()).version ?? 0 : 0 } })],
	'PUT /notice-settings/email': [MEMBER, '=', mailing(() => ({ body: { email: `me${Date.now()}@example.vn` } }))],
	'DELETE /notice-settings/email': [MEMBER, '='],
	'POST /notice-settings/confirm': ['public', '=', async (w) => {
		const nonce = randomBytes(16);
		await w.db.query(`REPLACE INTO notice_setting (person_id, email, email_state, email_nonce, asked_at_ms) VALUES (?, 'a@b.vn', 1, ?, ?)`,
			[w.school.spare.id, nonce, Date.now()]);
		const who = Buffer.alloc(8);
		who.writeBigUInt64BE(BigInt(w.school.spare.id));
		return { body: { token: Buffer.concat([who, nonce]).toString('base64url') } };
	}],
	'GET /notice-channels': ['office', '='],
	'PUT /notice-channels/{channel}': ['office', '=', () => ({ channel: 'email', body: { isOn: false } })],
	'POST /notice-channels/{channel}/test': ['office', '=', mailing(() => ({ channel: 'email', body: { to: 'me@example.vn' } }))],
	'GET /deliveries': ['office', '='],
	'POST /deliveries/{delivery}/resend': ['office', '-', async (w) => ({ delivery: await insert(w.db, 'delivery', { school_id: w.school.id,
		channel: 1, kind: 3, person_id: w.school.office.id, address: 'a@b.vn', state: 3, made_at_ms: 1, next_at_ms: 1 }) })],
	'POST /notices/read': [MEMBER, '=', () => ({ body: { upto: '1' } })],
};

/* A request that waits for nobody: the limits of links and tests begin anew, and mail is switched on. */
function mailing(make) {
	return async (w, me) => {
		await w.db.query('UPDATE notice_setting SET asked_at_ms = 0, asked_count = 0');
		await w.db.query('UPDATE delivery SET made_at_ms = 1');
		for (const at of [w, home(w, me)]) {
			await w.db.query('REPLACE INTO notice_channel (school_id, channel, is_on, changed_by, changed_at_ms) VALUES (?, 1, 1, 1, 1)', [at.school.id]);
		}
		return make(w, me);
	};
}

const letterBody = (w) => ({ scope: 'class', class: w.school.class, audience: 'guardians', title: w.text('Họp '), text: w.text('Mời ') });

/* A letter of the teacher's to the student's family. */
async function written(w) {
	if (!w.written) {
		const { id } = await w.call(201, 'POST', '/letters', 'teacher',
			{ ...letterBody(w), scope: 'student', student: pupil(w) }, idempotent());
		w.written = { letter: id, thread: (await w.call(200, 'GET', `/letters/${id}`, 'teacher')).readers[0].thread };
	}
	return w.written;
}
