/* A relay for mail and a gateway for text messages, small and real, that do what a test asks. */
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp } from 'node:net';
import { TLSSocket, createServer as createTls } from 'node:tls';

const listen = (server, port = 0, host = '127.0.0.1') => new Promise((done) => server.listen(port, host, done));
const shut = (server) => new Promise((done) => server.close(done));

/**
 * An SMTP server. `mails` are those it took: { from, to, text, isSecure }, `plain` the commands that
 * it was given without TLS, `login` what the last sender said of itself. `answer`, when set, says of each recipient what is answered: a line,
 * 'cut' (the connection ends behind the mail, unanswered), 'mute' (nothing is said any more), or
 * undefined for the usual. `pair` ({ key, cert }) lets it speak TLS: from the first byte when
 * `isTls`, otherwise behind STARTTLS.
 */
export class Relay {
	static async start({ host, pair, isTls = false } = {}) {
		const relay = new Relay();
		relay.mails = [];
		relay.plain = [];
		relay.pair = isTls ? undefined : pair;
		relay.sockets = new Set();
		relay.server = isTls
			? createTls(pair, (socket) => relay.talk(socket))
			: createTcp((socket) => relay.talk(socket));
		await listen(relay.server, 0, host);
		relay.port = relay.server.address().port;
		return relay;
	}

	async stop() {
		this.sockets.forEach((s) => s.destroy());
		await shut(this.server);
	}

	talk(socket, isUpgraded = false) {
		const say = (line) => socket.write(`${line}\r\n`);
		let text = '';
		let mail = {};
		let isData = false;
		let isLogin = false;
		let wish;
		const isSecure = Boolean(socket.encrypted);
		this.sockets.add(socket);
		socket.on('close', () => this.sockets.delete(socket));
		socket.on('error', () => undefined);
		if (!isUpgraded) {
			say('220 relay');
		}
		const command = (line) => {
			if (isLogin) {
				isLogin = false;
				this.login = Buffer.from(line, 'base64').toString();
				say('235 come in');
				return;
			}
			const [word, rest] = [line.slice(0, 4).toUpperCase(), line.slice(4)];
			if (!isSecure) {
				this.plain.push(word);
			}
			if (word === 'EHLO' || word === 'HELO') {
				say(this.pair && !isSecure ? '250-relay\r\n250 STARTTLS' : '250-relay\r\n250 AUTH PLAIN');
			} else if (word === 'STAR' && this.pair) {
				say('220 go on');
				socket.removeAllListeners('data');
				this.talk(new TLSSocket(socket, { ...this.pair, isServer: true }), true);
			} else if (word === 'AUTH') {
				isLogin = true;
				say('334 ');
			} else if (word === 'MAIL') {
				mail = { from: /<(.*?)>/.exec(rest)[1] };
				say('250 ok');
			} else if (word === 'RCPT') {
				mail.to = /<(.*?)>/.exec(rest)[1];
				wish = this.answer?.(mail);
				this.isAsked = true;
				if (wish !== 'mute') {
					say(/^\d/.test(wish ?? '') ? wish : '250 ok');
				}
			} else if (word === 'DATA') {
				isData = true;
				say('354 go on');
			} else if (word === 'QUIT') {
				say('221 bye');
				socket.end();
			} else {
				say('250 ok');
			}
		};
		socket.on('data', (bytes) => {
			text += bytes.toString('latin1');
			for (;;) {
				const end = isData ? text.indexOf('\r\n.\r\n') : text.indexOf('\r\n');
				if (end < 0) {
					return;
				}
				const part = text.slice(0, end);
				text = text.slice(end + (isData ? 5 : 2));
				if (!isData) {
					command(part);
					continue;
				}
				isData = false;
				this.mails.push({ ...mail, isSecure, text: part.replace(/^\.\./gm, '.') });
				if (wish === 'cut') {
					socket.destroy();
					return;
				}
				say('250 taken');
			}
		});
	}
}

/**
 * An HTTP server, or HTTPS with `pair`. `calls` are all it got: { headers, body, status }; `answer`
 * gives { status, headers } or 'cut'.
 */
export class Gateway {
	static async start({ host, pair } = {}) {
		const gateway = new Gateway();
		gateway.host = host;
		gateway.pair = pair;
		gateway.calls = [];
		await gateway.resume();
		return gateway;
	}

	async resume() {
		const onRequest = (request, response) => {
			const parts = [];
			request.on('data', (bytes) => parts.push(bytes));
			request.on('end', () => {
				const wish = this.answer?.() ?? { status: 200 };
				this.calls.push({ headers: request.headers, body: Buffer.concat(parts).toString(), status: wish.status });
				if (wish === 'cut') {
					request.socket.destroy();
				} else {
					response.writeHead(wish.status, wish.headers).end('ok');
				}
			});
		};
		this.server = this.pair ? createHttps(this.pair, onRequest) : createHttp(onRequest);
		await listen(this.server, this.port ?? 0, this.host);
		this.port = this.server.address().port;
	}

	/** Nobody listens any more, until resume(). */
	async pause() {
		const ended = shut(this.server);
		this.server.closeAllConnections();
		await ended;
	}

	stop() {
		return this.pause();
	}
}

const decodeWords = (text) => text.replace(/\?=\s+=\?/g, '?==?')
	.replace(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, words) => Buffer.from(words, 'base64').toString());

/** What a reader sees of a mail: { headers, subject, body }. */
export function mailText({ text }) {
	const [head, ...rest] = text.split('\r\n\r\n');
	const headers = Object.fromEntries(head.replace(/\r\n /g, ' ').split('\r\n')
		.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]));
	return { headers, subject: decodeWords(headers.subject),
		body: Buffer.from(rest.join('\r\n\r\n'), 'base64').toString().replace(/\r\n/g, '\n') };
}
