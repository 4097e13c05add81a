/* The teacher's pages: today, banks, papers, sittings with their rooms, the gradebook. */
import type { JSX } from 'preact';
import { words } from '../../lib/i18n';
import { match, path } from '../../lib/router';
import { NotFound } from '../../parts/not_found';
import { Shell } from '../../parts/shell';
import { vi } from '../../i18n/vi/teacher';
import { en } from '../../i18n/en/teacher';
import { BankPage, BanksPage, NewBankPage } from './banks';
import { BoardPage } from './board';
import { HomeroomPage } from './class/homeroom';
import { HomeroomReassessPage } from './class/reassess';
import { JudgementsPage } from './class/judgements';
import { RollPage } from './class/roll';
import { RollListPage } from './class/roll_list';
import { HomePage } from './home';
import { ImportQuestionsPage } from './import_questions';
import { MarkExcelPage } from './marks/excel';
import { MarksPage } from './marks/page';
import { MarksListPage } from './my_classes';
import { NewPaperPage, PaperPage, PapersPage } from './papers';
import { PublishPage } from './publish';
import { ReviewPage } from './review';
import { SittingPage, SittingsPage } from './sittings';
import './class/class.css';
import './teacher.css';

const t = words(vi, en);

const HOME = '/giao-vien';

type Found = Record<string, string>;

/* Pattern → page; the first that fits. */
const pages: [string, (found: Found) => JSX.Element][] = [
	['', () => <HomePage />],
	['/ngan-hang', () => <BanksPage />],
	['/ngan-hang/moi', () => <NewBankPage />],
	['/ngan-hang/:id/nhap', (f) => <ImportQuestionsPage bank={f['id'] ?? ''} />],
	['/ngan-hang/:id', (f) => <BankPage id={f['id'] ?? ''} />],
	['/de-thi', () => <PapersPage />],
	['/de-thi/moi', () => <NewPaperPage />],
	['/de-thi/:id', (f) => <PaperPage id={f['id'] ?? ''} />],
	['/ca-thi', () => <SittingsPage />],
	['/ca-thi/moi', () => <PublishPage />],
	['/ca-thi/:id', (f) => <SittingPage id={f['id'] ?? ''} />],
	['/bai-lam/:attempt', (f) => <ReviewPage attempt={f['attempt'] ?? ''} />],
	['/phong/:room', (f) => <BoardPage room={f['room'] ?? ''} />],
	['/chu-nhiem', () => <HomeroomPage />],
	['/chu-nhiem/:class', (f) => <HomeroomPage classId={f['class'] ?? ''} />],
	['/chu-nhiem/:class/:part', (f) => <HomeroomPage classId={f['class'] ?? ''} part={f['part'] ?? ''} />],
	['/chu-nhiem/:class/:part/:student', (f) => (
		<HomeroomPage classId={f['class'] ?? ''} part={f['part'] ?? ''} student={f['student'] ?? ''} />
	)],
	['/pham-chat/:class/:moment', (f) => (
		<JudgementsPage key={`${f['class']}/${f['moment']}`} classId={f['class'] ?? ''} moment={f['moment'] ?? ''} />
	)],
	['/danh-gia-lai/:class', (f) => <HomeroomReassessPage classId={f['class'] ?? ''} />],
	['/diem-danh', () => <RollListPage />],
	['/diem-danh/:class', (f) => <RollPage classId={f['class'] ?? ''} />],
	['/diem-danh/:class/:date/:session', (f) => (
		<RollPage classId={f['class'] ?? ''} date={f['date'] ?? ''} session={f['session'] ?? ''} />
	)],
	['/so-diem', () => <MarksListPage />],
	['/so-diem/:class/:subject/:term/excel', (f) => (
		<MarkExcelPage classId={f['class'] ?? ''} subjectId={f['subject'] ?? ''} termId={f['term'] ?? ''} />
	)],
	['/so-diem/:class/:subject/:term', (f) => (
		<MarksPage classId={f['class'] ?? ''} subjectId={f['subject'] ?? ''} termId={f['term'] ?? ''} />
	)],
];

function Content(): JSX.Element {
	for (const [pattern, page] of pages) {
		const found = match(HOME + pattern, path.value);
		if (found) {
			return page(found);
		}
	}
	return <NotFound home={HOME} />;
}

export default function TeacherPages(): JSX.Element {
	return (
		<Shell title={t('title')} role="teacher" home={HOME} nav={[
			{ href: HOME, label: t('nav.home') },
			{ href: `${HOME}/ngan-hang`, label: t('nav.banks') },
			{ href: `${HOME}/de-thi`, label: t('nav.papers') },
			{ href: `${HOME}/ca-thi`, label: t('nav.sittings') },
			{ href: `${HOME}/so-diem`, label: t('nav.marks') },
			{ href: `${HOME}/diem-danh`, label: t('nav.roll') },
			{ href: `${HOME}/chu-nhiem`, label: t('nav.homeroom'), also: `${HOME}/pham-chat` },
		]}>
			<Content />
		</Shell>
	);
}
