/*
 * Kills. That a commit is under way is known and not guessed: commits are held back by MariaDB's
 * own backup lock until a connection is seen that waits in COMMIT with event rows which only a
 * dirty read shows. What happens then differs:
 *     held      killed while the commit waits
 *     released  the lock is given back, and the database is stopped (SIGSTOP) a moment later; when
 *               nobody has been told of those events after a while, the commit has not been
 *               answered, and the kill comes now. Otherwise the database goes on, and it is tried
 *               again.
 * Whoever the lock is taken from sees a slow disk.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectDb } from '../../e2e/lib/people.mjs';
import { pause } from '../../e2e/lib/server.mjs';

const HOLD_TRIES = 40;
const HOLD_LOOK_MS = 1_000; /* the writer's patience with a lock is two seconds */
const UNANSWERED_MS = 300;
const STAGES = ['START', 'FLUSH', 'BLOCK_DDL', 'BLOCK_COMMIT'];
const WAITING = 'SELECT id, info FROM information_schema.processlist' +
	" WHERE info LIKE 'COMMIT%' AND state LIKE '%backup lock%'";
const TAILS = 'SELECT attempt_id, MAX(seq) AS seq FROM event GROUP BY attempt_id';

const clock = (ms) => new Date(ms).toISOString().slice(11, 23);

export class Chaos {
	constructor(server, random) {
		this.server = server;
		this.random = random;
		this.kills = [];
	}

	databasePid() {
		return Number(readFileSync(join(this.server.dir, 'data/db/mariadbd.pid'), 'utf8'));
	}

	async connect() {
		const db = await connectDb(this.server);
		db.on('error', () => undefined); /* it is going to be killed */
		return db;
	}

	/** The events that a commit under way is about to store: attempt to last number; null: none. */
	async underWay(db) {
		const [waiting] = await db.query(WAITING);
		if (waiting.length === 0) {
			return null;
		}
		const read = async (level) => {
			await db.query(`SET SESSION TRANSACTION ISOLATION LEVEL ${level}`);
			const [rows] = await db.query(TAILS);
			return new Map(rows.map((r) => [r.attempt_id.toString('base64url'), Number(r.seq)]));
		};
		const dirty = await read('READ UNCOMMITTED');
		const clean = await read('READ COMMITTED');
		const held = new Map([...dirty].filter(([id, seq]) => seq > (clean.get(id) ?? 0)));
		return held.size > 0 ? { connection: waiting.map((w) => w.id).join(','), held } : null;
	}

	/** Holds the next commit of answers back. Gives { db, connection, held }. */
	async holdCommit() {
		for (let i = 0; i < HOLD_TRIES; i++) {
			let db;
			try {
				db = await this.connect();
				for (const stage of STAGES) {
					await db.query(`BACKUP STAGE ${stage}`);
				}
				for (const end = Date.now() + HOLD_LOOK_MS; Date.now() < end; await pause(2)) {
					const found = await this.underWay(db);
					if (found) {
						return { db, ...found };
					}
				}
				await db.query('BACKUP STAGE END');
			} catch {
				/* the database is on its way up or down: once more */
			}
			db?.destroy();
			await pause(300);
		}
		throw new Error('no commit of answers could be held back');
	}

	/** Kills what is named by `what`: server, database or both; gives when. */
	async strike(what, commit) {
		const { server } = this;
		const databasePid = this.databasePid();
		const kill = { what, commit, at: Date.now(), pids: [] };
		if (what !== 'database') {
			kill.pids.push(server.child.pid);
			server.child.kill('SIGKILL');
		}
		if (what !== 'server') {
			kill.pids.push(databasePid);
			process.kill(databasePid, 'SIGKILL');
		}
		try {
			process.kill(databasePid, 'SIGCONT'); /* one that is stopped could not end cleanly */
		} catch {
			/* gone already */
		}
		this.kills.push(kill);
		console.log(`REPORT kill ${this.kills.length}: ${what} pid ${kill.pids.join(' and ')} SIGKILL at ` +
			`${clock(kill.at)}; commit under way: ${commit ?? 'not looked for'}`);
		if (what !== 'database') {
			await server.ended;
		}
		return kill;
	}

	/** While a commit waits. */
	async killHeld(what) {
		const { db, connection, held } = await this.holdCommit();
		await this.strike(what, `yes, of ${held.size} attempts, held in COMMIT on connection ${connection}`);
		db.destroy();
	}

	/** While a commit runs: `isTold(attempt, seq)` says whether a browser has heard of it. */
	async killReleased(what, isTold) {
		for (let i = 0; i < HOLD_TRIES; i++) {
			const { db, connection, held } = await this.holdCommit();
			const pid = this.databasePid();
			const released = db.query('BACKUP STAGE END').catch(() => undefined);
			const us = this.random.between(0, 2500);
			const end = performance.now() + us / 1000;
			while (performance.now() < end) {
				/* nothing shorter than a millisecond can be slept */
			}
			process.kill(pid, 'SIGSTOP');
			await pause(UNANSWERED_MS);
			if (![...held].some(([attempt, seq]) => isTold(attempt, seq))) {
				await this.strike(what, `yes, of ${held.size} attempts, unanswered COMMIT on connection ` +
					`${connection}, stopped ${us} us after it was let go`);
				db.destroy();
				return;
			}
			process.kill(pid, 'SIGCONT');
			await released;
			db.destroy();
		}
		throw new Error('every commit was answered before the database could be stopped');
	}

	/** At any moment. */
	async killNow(what) {
		await this.strike(what, null);
	}

	/** The database hangs with a commit under way: gives what ends it, with a kill. */
	async hang() {
		const { db, connection, held } = await this.holdCommit();
		process.kill(this.databasePid(), 'SIGSTOP');
		return async () => {
			await this.strike('database', `yes, of ${held.size} attempts, hanging in COMMIT on connection ${connection}`);
			db.destroy();
		};
	}
}
