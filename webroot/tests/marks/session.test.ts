/* The sheet at work with a device's disk and a net that comes and goes. */
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MarkSheet } from '../../src/lib/types';
import { value } from '../../src/marks/cell';
import type { Database } from '../../src/marks/disk';
import { Disk, forgetSheets, openDisk, unsentOf } from '../../src/marks/disk';
import { MarkSession } from '../../src/marks/session';

const ADDRESS = '/api/v1/marks/1/2/3';
const PLACE = '7 1/2/3';

interface Sent {
	cells: { column: string; student: string; valueX10: number | null; version: number }[];
	why: string;
}

/* The route, as far as these tests go: versions, and a key carried out once. */
class Route {
	readonly cells = new Map<string, { valueX10: number | null; version: number }>();
	readonly answers = new Map<string, unknown>();
	readonly seen: { key: string; body: Sent }[] = [];
	mode: 'up' | 'down' | 'deaf' = 'up'; /* deaf: it hears, but its answers are lost */

	sheet(): MarkSheet {
		const student = (id: string): MarkSheet['rows'][number] => ({
			student: { id, code: id, fullName: id, birthDate: null },
			cells: Object.fromEntries([...this.cells].filter(([k]) => k.endsWith(` ${id}`))
				.map(([k, c]) => [k.split(' ')[0] as string, { ...c, attempt: null }])),
			mean: { valueX10: null, why: { code: '', params: {}, text: '' } },
		});
		return {
			class: { id: '1', name: '12A1' }, term: { id: '3', number: 1, startsOn: '', endsOn: '' },
			subject: { id: '2', name: 'Toán', code: 'toan', kind: 'mark', position: 1 },
			columns: [{ id: '11', kind: 'tx', position: 1, publishedAt: null, sitting: null }],
			rows: [student('21'), student('22')], plan: { tx: 1, gk: 1, ck: 1 }, pack: 'tt22', places: [],
		};
	}

	private put(key: string, body: Sent): unknown {
		const saved: unknown[] = [];
		const conflicts: unknown[] = [];
		for (const c of body.cells) {
			const name = `${c.column} ${c.student}`;
			const now = this.cells.get(name) ?? { valueX10: null, version: 0 };
			if (now.version === c.version) {
				this.cells.set(name, { valueX10: c.valueX10, version: now.version + 1 });
				saved.push({ ...c, version: now.version + 1 });
			} else {
				conflicts.push({ ...c, ...now });
			}
		}
		this.answers.set(key, { saved, conflicts, means: {} });
		return this.answers.get(key);
	}

	fetch = (_: string, init: RequestInit): Promise<Response> => {
		if (this.mode === 'down') {
			return Promise.reject(new TypeError('no network'));
		}
		let answer: unknown = this.sheet();
		if (init.method === 'PUT') {
			const key = (init.headers as Record<string, string>)['Idempotency-Key'] as string;
			const body = JSON.parse(String(init.body)) as Sent;
			this.seen.push({ key, body });
			answer = this.answers.get(key) ?? this.put(key, body);
		}
		return this.mode === 'deaf' ? Promise.reject(new TypeError('lost'))
			: Promise.resolve(new Response(JSON.stringify(answer), { headers: { 'Content-Type': 'application/json' } }));
	};
}

let db: Database;
let route: Route;
let round = 0;
let open: MarkSession[] = [];

async function openSession(): Promise<MarkSession> {
	const disk = new Disk(db, PLACE);
	const session = new MarkSession(ADDRESS, (await disk.sheet<MarkSheet>()) ?? route.sheet(), disk, await disk.load());
	open.push(session);
	session.start();
	return session;
}

const settled = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 60_000, interval: 10 });
const status = (s: MarkSession, cell = '11 21'): string => s.view(cell).value.status;

beforeEach(async () => {
	db = await openDisk(`marks-${round++}`);
	route = new Route();
	open = [];
	vi.stubGlobal('fetch', route.fetch);
	vi.stubGlobal('addEventListener', () => undefined);
	vi.stubGlobal('removeEventListener', () => undefined);
	vi.stubGlobal('document', { visibilityState: 'visible', addEventListener: () => undefined,
		removeEventListener: () => undefined });
});

afterEach(() => {
	open.forEach((s) => s.stop());
	vi.unstubAllGlobals();
});

describe('a sheet at work', () => {
	it('saves what is typed in quick succession together, once', async () => {
		const session = await openSession();
		session.type([{ cell: '11 21', content: value(85) }]);
		session.type([{ cell: '11 22', content: value(75) }]);
		await settled(() => expect(session.tally.value.open).toBe(0));
		expect(route.seen.length).toBe(1);
		expect(route.seen[0]?.body).toEqual({ why: '', cells: [
			{ column: '11', student: '21', valueX10: 85, version: 0 }, { column: '11', student: '22', valueX10: 75, version: 0 }] });
		expect((await new Disk(db, PLACE).load()).changes).toEqual([]);
	});

	it('keeps what is typed without a network over a tab that dies, and sends it when it is back', async () => {
		await new Disk(db, PLACE).keepSheet(route.sheet());
		route.mode = 'down';
		const first = await openSession();
		first.type([{ cell: '11 21', content: value(85) }]);
		await settled(() => expect(first.net.value).toBe('away'));
		first.stop();
		const second = await openSession();
		expect(second.view('11 21').value.content).toEqual(value(85));
		expect(await unsentOf(db, '7')).toEqual(new Map([[PLACE, 1]]));
		expect(await unsentOf(db, '8')).toEqual(new Map());
		route.mode = 'up';
		await second.refresh();
		await settled(() => expect(status(second)).toBe('saved'));
		expect(route.cells.get('11 21')).toEqual({ valueX10: 85, version: 1 });
	});

	it('shows without a network what was saved since the sheet was fetched', async () => {
		const first = await openSession();
		first.type([{ cell: '11 21', content: value(85) }]);
		await settled(() => expect(status(first)).toBe('saved'));
		await settled(() => expect(first.tally.value.open).toBe(0));
		first.stop();
		route.mode = 'down';
		await vi.waitFor(async () => expect(await new Disk(db, PLACE).sheet()).toBeDefined(), { timeout: 60_000 });
		const second = await openSession();
		expect(second.view('11 21').value).toMatchObject({ status: 'saved', content: value(85), theirs: { version: 1 } });
	});

	it('repeats a batch whose answer was lost under the same key: it is carried out once', async () => {
		const first = await openSession();
		route.mode = 'deaf';
		first.type([{ cell: '11 21', content: value(85) }]);
		await settled(() => expect(route.seen.length).toBeGreaterThan(0));
		first.stop();
		route.mode = 'up';
		const second = await openSession();
		await settled(() => expect(status(second)).toBe('saved'));
		expect(new Set(route.seen.map((s) => s.key)).size).toBe(1);
		expect(route.cells.get('11 21')).toEqual({ valueX10: 85, version: 1 });
	});

	it('takes back a saved cell as a new change, but not over somebody else', async () => {
		const session = await openSession();
		session.type([{ cell: '11 21', content: value(85) }, { cell: '11 22', content: value(75) }]);
		await settled(() => expect(session.tally.value.open).toBe(0));
		route.cells.set('11 22', { valueX10: 60, version: 2 });
		await session.refresh();
		expect(session.others.value).toEqual(['11 22']);
		const step = session.undo.back();
		expect(step && session.replay(step)).toEqual(['11 21']);
		await settled(() => expect(route.cells.get('11 21')).toEqual({ valueX10: null, version: 2 }));
		const again = session.undo.again();
		expect(again && session.replay(again)).toEqual(['11 21']);
		await settled(() => expect(route.cells.get('11 21')).toEqual({ valueX10: 85, version: 3 }));
		expect(route.cells.get('11 22')?.valueX10).toBe(60);
	});

	it('shows a conflict and sends the chosen one', async () => {
		const session = await openSession();
		route.cells.set('11 21', { valueX10: 60, version: 1 });
		session.type([{ cell: '11 21', content: value(85) }]);
		await settled(() => expect(status(session)).toBe('conflict'));
		expect(session.view('11 21').value.theirs.valueX10).toBe(60);
		session.decide('11 21', 'mine');
		await settled(() => expect(route.cells.get('11 21')).toEqual({ valueX10: 85, version: 2 }));
	});

	it('forgets the sheets at signing out, never what was not sent', async () => {
		route.mode = 'down';
		await new Disk(db, PLACE).keepSheet(route.sheet());
		const session = await openSession();
		session.type([{ cell: '11 21', content: value(85) }]);
		await settled(() => expect(session.net.value).toBe('away'));
		await forgetSheets(db);
		const disk = new Disk(db, PLACE);
		expect(await disk.sheet()).toBeUndefined();
		expect((await disk.load()).batch?.cells.length).toBe(1);
	});
});
