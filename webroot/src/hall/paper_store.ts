/*
 * The sealed parts on their way: fetched early and kept on the device, opened when the key is
 * there. A part whose header is not the one asked for, or that does not open, is fetched anew.
 */
import { signal } from '@preact/signals';
import { api } from '../lib/api';
import { equal, fromB64 } from './bytes';
import type { Log } from './log';
import type { Paper } from './paper';
import { pictureUrls, readPaper } from './paper';
import { openSealed } from './sealed';
import type { AttemptInfo, PartRef } from './session';

export interface OpenedPaper {
	paper: Paper;
	pictures: Map<string, string>;
}

const RETRY_MS = 4000;
const RETRY_MAX_MS = 60_000;
const SPREAD_MS = 3000; /* a whole school does not ask in the same instant */

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

export class PaperStore {
	readonly state = signal<'waiting' | 'ok' | 'failed'>('waiting');
	readonly opened = signal<OpenedPaper | null>(null);
	readonly isBroken = signal(false); /* the key came and the paper does not open */

	private readonly files = new Map<string, Uint8Array>();
	private isStopped = false;
	private failures = 0;

	constructor(private info: AttemptInfo, private readonly log: Log | null) {}

	stop(): void {
		this.isStopped = true;
	}

	/** Fetches every part; goes on trying. `isUrgent`: the bell has rung already. */
	async load(isUrgent: boolean): Promise<void> {
		if (!isUrgent) {
			await pause(Math.random() * SPREAD_MS);
		}
		for (const part of this.info.parts) {
			await this.fetchPart(part);
		}
		this.state.value = 'ok';
	}

	private async fetchPart(part: PartRef): Promise<void> {
		const kept = await this.log?.paper(part.url).catch(() => undefined);
		if (kept) {
			this.files.set(part.url, kept);
			return;
		}
		while (!this.isStopped) {
			try {
				const bytes = await api.bytes(part.url, { timeoutMs: 60_000 });
				this.files.set(part.url, bytes);
				await this.log?.keepPaper(part.url, bytes).catch(() => undefined);
				return;
			} catch {
				this.state.value = 'failed';
				await pause(RETRY_MS * (0.5 + Math.random()));
			}
		}
	}

	/** The paper was sealed anew (another start, another revision), or its copy here is no good. */
	async replace(info: AttemptInfo): Promise<void> {
		for (const part of this.info.parts) {
			this.files.delete(part.url);
			await this.log?.dropPaper(part.url).catch(() => undefined);
		}
		this.info = info;
		this.state.value = 'waiting';
		await this.load(true);
	}

	/** Before fetching again what did not open: longer each time, never at once. */
	async waitBeforeRetry(): Promise<void> {
		const ms = Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** this.failures++);
		await pause(ms * (0.5 + 0.5 * Math.random()));
	}

	/** Opens the section with its key. False when something does not fit: fetch anew. */
	open(key: string, section: number): boolean {
		const plains = new Map<number, Uint8Array>();
		try {
			for (const ref of this.info.parts.filter((p) => p.section === section)) {
				const file = this.files.get(ref.url);
				if (!file) {
					return false;
				}
				const { header, plain } = openSealed(file, fromB64(key));
				const isAsked = equal(header.sitting, fromB64(this.info.sitting)) &&
					header.variant === this.info.variant && header.section === ref.section &&
					header.part === ref.part && header.rev === ref.rev;
				if (!isAsked) {
					return false;
				}
				plains.set(ref.part, plain);
			}
			const paper = readPaper(plains.get(0) ?? new Uint8Array());
			this.opened.value = { paper, pictures: pictureUrls(paper, plains) };
			return true;
		} catch {
			return false;
		}
	}
}
