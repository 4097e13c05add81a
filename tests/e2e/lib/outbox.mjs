/*
 * That every deed of a test is told to the outside: the schools exchange from watchOutbox() on, and
 * at the server's stop looking at every record again finds nothing new. What the test itself writes
 * into the tables of records is told for it; before that everything must have been told.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { BIN } from './server.mjs';

const TOOL = join(dirname(BIN), 'tests/ws/service/outbox_tool');
const RECORDS = /^\s*(INSERT|UPDATE|DELETE)\b[^(]*?\b(school|school_year|term|subject|class|person|membership|student|enrolment|teaching|teacher_subject|mark_column|mark|conduct|judgement|reassessment|remark|exemption|absence|class_closing|student_result|sitting|attempt|room)\b/i;

const run = promisify(execFile);

export async function watchOutbox(server, db) {
	const tool = async (what) => {
		try {
			await run(TOOL, [join(server.dir, 'data/db/mariadbd.sock'), 'truongthi', what]);
		} catch (error) {
			assert.fail(`outbox ${what}: ${error.stdout}${error.stderr}`);
		}
	};
	const query = db.query.bind(db);
	await tool('seed');
	db.query = async (sql, values) => {
		if (!RECORDS.test(sql)) {
			return query(sql, values);
		}
		await tool('check');
		const answer = await query(sql, values);
		await tool('seed');
		return answer;
	};
	server.beforeStop = () => tool('check');
}
