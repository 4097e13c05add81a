/* Rows (../rows.mjs): questions, papers and pictures. */
import { randomBytes } from 'node:crypto';
import { png } from '../png.mjs';
import { TEACHERS, file, home } from './who.mjs';

export const bankRows = {
	'GET /banks': [TEACHERS, '='],
	'POST /banks': [TEACHERS, '=', (w, me) => ({ body: { name: home(w, me).text(), subjectId: home(w, me).school.subject } })],
	'GET /banks/{bank}': ['teacher', '-', (w) => ({ bank: w.bank.id })],
	'PUT /banks/{bank}': ['teacher', '22', async (w) => ({ bank: w.bank.id, body: { ...await w.call(200, 'GET', `/banks/${w.bank.id}`, 'teacher'), name: w.text() } })],
	'GET /banks/{bank}/questions': ['teacher', '-', (w) => ({ bank: w.bank.id })],
	'POST /banks/{bank}/questions': ['teacher', '-', (w) => ({ bank: w.bank.id, body: w.question() })],
	'GET /questions/{question}': ['teacher', '-', (w) => ({ question: w.questions[0].id })],
	'PUT /questions/{question}': ['teacher', '-', async (w) => ({ question: (await w.newQuestion()).id, body: { ...w.question(), revision: 1 } })],
	'DELETE /questions/{question}': ['teacher', '-', async (w) => ({ question: (await w.newQuestion()).id })],
	/* Pictures of the school's questions, to its teachers: they are named by their hash alone. */
	'GET /pictures/{hash}': [TEACHERS, '-', (w) => ({ hash: w.picture })],
	'POST /pictures': [TEACHERS, '=', () => file(png(8, 8, [...randomBytes(3)]), 'a.png')],
	'POST /banks/{bank}/import': ['teacher', '-', (w) => ({ bank: w.bank.id, ...file(w.questionFile(), `${w.mark}.txt`) })],
	'GET /imports/{plan}': ['teacher', '-', (w) => ({ plan: w.import.plan })],
	'DELETE /imports/{plan}': ['teacher', '-', async (w) => ({ plan: (await questions(w)).plan })],
	'PUT /imports/{plan}/questions/{n}': ['teacher', '-', async (w) => ({ plan: (await questions(w)).plan, n: '0', body: w.question() })],
	'POST /imports/{plan}/commit': ['teacher', '-', async (w) => {
		const { plan, hash } = await questions(w);
		return { plan, body: { hash } };
	}],
	'GET /papers': [TEACHERS, '='],
	'POST /papers': ['teacher', '22', (w) => ({ body: { title: w.text(), subjectId: w.school.subject, preset: 'free', bank: w.bank.id } })],
	'GET /papers/{paper}': ['teacher', '-', (w) => ({ paper: w.paper.id })],
	'PUT /papers/{paper}': ['teacher', '-', async (w) => {
		const paper = await w.newPaper();
		return { paper: paper.id, body: w.paperChange(paper) };
	}],
	'GET /papers/{paper}/preview': ['teacher', '-', (w) => ({ paper: w.paper.id, query: 'variant=101' })],
};

function questions(w) {
	return w.upload(`/banks/${w.bank.id}/import`, 'teacher', w.questionFile(), `${w.mark}.txt`);
}
