/*
 * The start of the exam's own page: nothing is fetched but what an exam needs. Moves to other
 * pages are loads.
 */
import './styles/index.css';
import { render } from 'preact';
import ExamPage from './pages/exam/exam';
import { keepOffline } from './lib/offline';
import { Boundary } from './parts/boundary';
import { LiveRegion } from './parts/live';

const root = document.getElementById('app');
if (root) {
	render(
		<>
			<LiveRegion />
			<Boundary><ExamPage /></Boundary>
		</>, root);
}
keepOffline();
