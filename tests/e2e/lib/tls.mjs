/*
 * A server that speaks TLS itself, with a certificate of an authority made for the test, and
 * requests that trust this authority alone.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Server, makeWebroot } from './server.mjs';

const run = promisify(execFile);
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** Files of an authority and of a certificate of localhost in that folder. */
export async function makeCertificates(dir) {
	const openssl = (...args) => run('openssl', args, { cwd: dir });
	await writeFile(join(dir, 'names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n');
	await openssl('req', '-x509', ...KEY, '-days', '2', '-subj', '/CN=test authority', '-keyout', 'ca.key', '-out', 'ca.pem');
	await openssl('req', ...KEY, '-subj', '/CN=localhost', '-keyout', 'server.key', '-out', 'server.csr');
	await openssl('x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial',
		'-days', '2', '-extfile', 'names', '-out', 'server.pem');
	return { ca: join(dir, 'ca.pem'), certificate: join(dir, 'server.pem'), key: join(dir, 'server.key') };
}

export class SecureServer extends Server {
	static async start(settings = {}) {
		const dir = await mkdtemp(join(tmpdir(), 'truongthi-e2e-'));
		await mkdir(join(dir, 'tls'));
		await makeWebroot(join(dir, 'web'));
		const files = await makeCertificates(join(dir, 'tls'));
		const server = await super.start({ ...settings, 'listen.tls_certificate': files.certificate,
			'listen.tls_key': files.key }, { dir, ca: await readFile(files.ca) });
		return server;
	}

	get url() {
		return `https://localhost:${this.port}`;
	}

	ask(method, path, headers = {}, body = undefined, options = {}) {
		return new Promise((done, fail) => {
			const out = request(this.url + path, { method, headers, ca: this.ca, agent: false, ...options }, (answer) => {
				const chunks = [];
				answer.on('data', (chunk) => chunks.push(chunk));
				answer.on('error', fail);
				answer.on('end', () => {
					const text = Buffer.concat(chunks).toString();
					const response = {
						status: answer.statusCode,
						headers: { get: (name) => [answer.headers[name]].flat()[0] ?? null },
						text: async () => text,
						json: async () => JSON.parse(text),
						clone: () => response,
					};
					done(response);
				});
			});
			out.on('error', fail);
			out.end(body);
		});
	}
}
