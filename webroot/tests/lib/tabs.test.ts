/* Two tabs of one browser, without Web Locks (plain HTTP) and with them. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { turnOf } from '../../src/lib/tabs';
import type { Turn } from '../../src/lib/tabs';

class FakeLocks {
	private readonly held = new Set<string>();
	private waiting: (() => void)[] = [];

	async request(name: string, options: { ifAvailable: boolean },
		work: (lock: object | null) => Promise<void> | undefined): Promise<void> {
		while (this.held.has(name)) {
			if (options.ifAvailable) {
				await work(null);
				return;
			}
			await new Promise<void>((done) => { this.waiting.push(done); });
		}
		this.held.add(name);
		await work({});
		this.held.delete(name);
		this.waiting.splice(0).forEach((go) => go());
	}
}

/* A word is heard in the turn in which it is said: before any timer, however long this machine
 * stands still. */
class FakeChannel extends EventTarget {
	private static readonly open = new Set<FakeChannel>();

	constructor(private readonly name: string) {
		super();
		FakeChannel.open.add(this);
	}

	postMessage(data: unknown): void {
		for (const other of FakeChannel.open) {
			if (other !== this && other.name === this.name) {
				queueMicrotask(() => other.dispatchEvent(new MessageEvent('message', { data })));
			}
		}
	}

	close(): void {
		FakeChannel.open.delete(this);
	}
}

let turns: Turn[] = [];
let round = 0;

function tab(attempt: string) {
	const taken = vi.fn();
	const turn = turnOf(attempt, taken);
	turns.push(turn);
	return { turn, taken };
}

afterEach(() => {
	turns.forEach((t) => t.leave());
	turns = [];
	vi.unstubAllGlobals();
});

describe.each(['without locks', 'with locks'])('two tabs %s', (kind) => {
	function setUp(): string {
		vi.stubGlobal('BroadcastChannel', FakeChannel);
		vi.stubGlobal('navigator', kind === 'with locks' ? { locks: new FakeLocks() } : {});
		return `attempt-${round++}`;
	}

	it('the first has the attempt, the second is told', async () => {
		const name = setUp();
		expect(await tab(name).turn.ask()).toBe('mine');
		expect(await tab(name).turn.ask()).toBe('other');
		expect(await tab(`${name}x`).turn.ask()).toBe('mine');
	});

	it('the second may take it; the first is told and lets go', async () => {
		const name = setUp();
		const a = tab(name);
		const b = tab(name);
		await a.turn.ask();
		await b.turn.ask();
		await b.turn.take();
		await vi.waitFor(() => expect(a.taken).toHaveBeenCalledTimes(1), { timeout: 60_000 });
		expect(b.taken).not.toHaveBeenCalled();
		expect(await tab(name).turn.ask()).toBe('other');
	});

	it('a tab that left has left it free', async () => {
		const name = setUp();
		const a = tab(name);
		await a.turn.ask();
		a.turn.leave();
		await new Promise((done) => setTimeout(done));
		expect(await tab(name).turn.ask()).toBe('mine');
	});
});
