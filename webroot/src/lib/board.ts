/*
 * A room's board over the socket: the whole at the start in parts, then rows that changed. Keeps
 * the last known state while the connection is away and connects again with growing pauses.
 */
import { signal } from '@preact/signals';
import type { BoardRow } from './types';

const FIRST_PAUSE_MS = 500;
const MOST_PAUSE_MS = 10_000;

export interface BoardSitting {
	title: string;
	startsAt: number;
	limitMs: number;
	windowEndAt: number;
	phase?: string;
}

export interface BoardState {
	rows: BoardRow[];
	sitting: BoardSitting | null;
	isConnected: boolean;
	heardAt: number;   /* server time of the last message; 0 before the first */
	offsetMs: number;  /* server clock minus this device's */
}

interface Frame {
	t: string;
	now?: number;
	sitting?: BoardSitting;
	rows?: BoardRow[];
	n?: string;
}

/** New rows over old ones by attempt; the order of the first whole board stays. */
export function merge(old: BoardRow[], rows: BoardRow[]): BoardRow[] {
	const fresh = new Map(rows.map((r) => [r.attempt, r]));
	const kept = old.map((r) => {
		const next = fresh.get(r.attempt);
		fresh.delete(r.attempt);
		return next ?? r;
	});
	return [...kept, ...fresh.values()];
}

export function openBoard(room: string): { state: ReturnType<typeof signal<BoardState>>; close: () => void } {
	const state = signal<BoardState>(
		{ rows: [], sitting: null, isConnected: false, heardAt: 0, offsetMs: 0 });
	let socket: WebSocket | null = null;
	let timer: ReturnType<typeof setTimeout> | undefined;
	let pause = FIRST_PAUSE_MS;
	let isOver = false;
	const now = (): BoardState => state.peek() as BoardState;

	const take = (frame: Frame): void => {
		if (frame.t === 'pulse' && frame.n !== undefined) {
			socket?.send(JSON.stringify({ t: 'pulse', n: frame.n }));
			return;
		}
		if (frame.t !== 'board' && frame.t !== 'room') {
			return;
		}
		state.value = {
			...now(),
			sitting: frame.sitting ?? now().sitting,
			rows: merge(now().rows, frame.rows ?? []),
			heardAt: frame.now ?? now().heardAt,
			offsetMs: frame.now === undefined ? now().offsetMs : frame.now - Date.now(),
		};
	};

	const connect = (): void => {
		const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
		socket = new WebSocket(`${scheme}://${location.host}/board/${room}`, 'truongthi.board.v1');
		socket.onopen = () => {
			pause = FIRST_PAUSE_MS;
			state.value = { ...now(), isConnected: true };
		};
		socket.onmessage = (event) => {
			try {
				take(JSON.parse(String(event.data)) as Frame);
			} catch {
				/* not a frame of ours: the next one will be */
			}
		};
		socket.onclose = () => {
			state.value = { ...now(), isConnected: false };
			if (!isOver) {
				timer = setTimeout(connect, pause * (0.5 + Math.random()));
				pause = Math.min(pause * 2, MOST_PAUSE_MS);
			}
		};
	};

	connect();
	return {
		state,
		close: () => {
			isOver = true;
			clearTimeout(timer);
			socket?.close();
		},
	};
}

/** A window longer than the exam: everybody's time runs from his own beginning. */
export const hasOwnClocks = (s: BoardSitting): boolean => s.windowEndAt - s.startsAt > s.limitMs;

/** A student whom the invigilator should look at. */
export const needsAttention = (r: BoardRow): boolean =>
	(r.state === 'open' && !r.online) || r.awayNow || r.devices > 0 || r.stamped ||
	(r.state === 'absent');
