/*
 * HTTP by hand: bytes out, bytes in, for what no well-behaved client would send.
 */
import { connect } from 'node:net';
import { PATIENCE_MS } from './server.mjs';

export class Raw {
	static open(port) {
		return new Promise((done, fail) => {
			const raw = new Raw();
			raw.bytes = Buffer.alloc(0);
			raw.isClosed = false;
			raw.wasReset = false;
			raw.waiting = [];
			raw.socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true }, () => done(raw));
			raw.socket.setNoDelay(true);
			raw.socket.on('data', (chunk) => {
				raw.bytes = Buffer.concat([raw.bytes, chunk]);
				raw.wake();
			});
			raw.socket.on('close', () => {
				raw.isClosed = true;
				raw.wake();
			});
			raw.socket.on('end', () => {
				raw.sawEnd = true;
				raw.wake();
			});
			raw.socket.on('error', (error) => {
				raw.wasReset = error.code === 'ECONNRESET' || error.code === 'EPIPE';
				fail(error);
			});
		});
	}

	wake() {
		const all = this.waiting;
		this.waiting = [];
		all.forEach((done) => done());
	}

	send(text) {
		return new Promise((done) => {
			this.socket.write(text, () => done());
		});
	}

	async until(check, ms, what) {
		const end = Date.now() + ms;
		for (;;) {
			const got = check();
			if (got !== undefined) {
				return got;
			}
			const left = end - Date.now();
			if (left <= 0) {
				throw new Error(`${what}; got ${JSON.stringify(this.bytes.toString('latin1').slice(0, 400))}`);
			}
			await new Promise((done) => {
				const timer = setTimeout(done, left);
				this.waiting.push(() => {
					clearTimeout(timer);
					done();
				});
			});
		}
	}

	/** The next whole response: { status, headers, body }. */
	response(ms = PATIENCE_MS, { isHead = false } = {}) {
		return this.until(() => {
			const text = this.bytes.toString('latin1');
			const end = text.indexOf('\r\n\r\n');
			if (end < 0) {
				return this.isClosed || this.sawEnd ? null : undefined;
			}
			const lines = text.slice(0, end).split('\r\n');
			const status = Number(lines[0].split(' ')[1]);
			const headers = {};
			for (const line of lines.slice(1)) {
				const colon = line.indexOf(':');
				headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
			}
			const length = isHead || status < 200 ? 0 : Number(headers['content-length'] ?? 0);
			if (this.bytes.length < end + 4 + length) {
				return this.isClosed || this.sawEnd ? null : undefined;
			}
			const body = this.bytes.subarray(end + 4, end + 4 + length).toString();
			this.bytes = this.bytes.subarray(end + 4 + length);
			return { status, headers, body };
		}, ms, 'no response came');
	}

	/** Milliseconds until the server has closed. */
	async closed(ms = PATIENCE_MS) {
		const start = Date.now();
		await this.until(() => (this.isClosed || this.sawEnd ? true : undefined), ms,
			'the connection was not closed');
		return Date.now() - start;
	}

	end() {
		this.socket.destroy();
	}
}

/** One request on a connection of its own. null: closed without an answer. */
export async function rawRequest(port, text, ms = PATIENCE_MS) {
	const raw = await Raw.open(port);
	try {
		await raw.send(text);
		return await raw.response(ms);
	} finally {
		raw.end();
	}
}
