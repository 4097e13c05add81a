/*
 * A OneRoster 1.2 bundle as another maker writes it: a class with two subjects, a teacher, two
 * students, a parent, a quiz; no column of metadata that this program knows.
 */
import { zip } from './xlsx.mjs';

const HEADS = {
	orgs: 'name,type,identifier,parentSourcedId',
	academicSessions: 'title,type,startDate,endDate,parentSourcedId,schoolYear',
	courses: 'schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes',
	classes: 'title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods',
	users: 'enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,'
		+ 'userMasterIdentifier,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns',
	roles: 'userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId',
	enrollments: 'classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate',
	categories: 'title,weight',
	lineItems: 'title,description,assignDate,dueDate,classSourcedId,categorySourcedId,academicSessionSourcedId,resultValueMin,resultValueMax,schoolSourcedId',
	results: 'lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment,textScore,classSourcedId,inProgress,incomplete,late,missing',
};

const user = (id, name, given, family, code = '') => `${id},,,true,${name},,${given},${family},,${code},,,,,,,,,,,org-1,`;

const ROWS = (mark) => ({
	orgs: [`org-1,,,Trường ${mark},school,S1,`],
	academicSessions: ['y1,,,Năm học,schoolYear,2026-09-05,2027-06-01,,2027', 't0,,,Cả năm,term,2026-09-05,2027-06-01,y1,2027',
		't1,,,Học kì I,term,2026-09-05,2027-01-16,y1,2027', 't2,,,Học kì II,term,2027-01-16,2027-06-01,y1,2027'],
	courses: ['c0,,,y1,Lớp 10,,10,org-1,,', 'c1,,,y1,Toán 10,T-10,10,org-1,Toán,toan', 'c2,,,y1,Văn 10,V-10,10,org-1,Ngữ văn,van'],
	classes: ['k0,,,10A1,10,c0,10A1,homeroom,,org-1,"t1,t2",,,', 'k1,,,Toán 10A1,10,c1,10A1,scheduled,,org-1,"t1,t2",Toán,toan,',
		'k2,,,Văn 10A1,10,c2,10A1,scheduled,,org-1,"t1,t2",Ngữ văn,van,'],
	users: [user('u1', 'co.mai', 'Mai', 'Trần'), user('u2', 'hs.an', 'An', 'Lê', 'HS01'), user('u3', 'hs.binh', mark, 'Phạm', 'HS02'),
		user('u4', 'ph.an', 'Hùng', 'Lê'), user('u5', 'gone', 'Cũ', 'Người').replace('u5,,,', 'u5,tobedeleted,2026-01-01T00:00:00.000Z,')],
	roles: ['r1,,,u1,primary,teacher,,,org-1,', 'r2,active,,u2,primary,student,,,org-1,', 'r3,,,u3,primary,student,,,org-1,',
		'r4,,,u4,primary,guardian,,,org-1,'],
	enrollments: ['e1,,,k0,org-1,u1,teacher,true,,', 'e2,,,k1,org-1,u1,teacher,true,,', 'e3,,,k0,org-1,u2,student,false,,',
		'e4,,,k0,org-1,u3,student,false,,', 'e5,,,k1,org-1,u2,student,false,,'],
	categories: ['g1,,,Quizzes,100'],
	lineItems: ['l1,,,Quiz 1,,2026-10-01,2026-10-02,k1,g1,t1,0,100,org-1'],
	results: ['x1,,,l1,u2,fully graded,85,2026-10-02,,,k1,,,,'],
});

/** The bytes; `change` gets the rows of each file and may give others. `front` and `end`: of files, and of lines. */
export function smallBundle(mark, { change = (rows) => rows, front = '', end = '\r\n' } = {}) {
	const rows = change(ROWS(mark));
	const text = (lines) => front + lines.map((line) => line + end).join('');
	const files = Object.keys(HEADS).filter((name) => rows[name]);
	return zip({
		'manifest.csv': text(['propertyName,value', 'manifest.version,1.0', 'oneroster.version,1.2', ...files.map((name) => `file.${name},bulk`)]),
		...Object.fromEntries(files.map((name) =>
			[`${name}.csv`, text([`sourcedId,status,dateLastModified,${HEADS[name]},metadata.other`, ...rows[name].map((row) => `${row},x`)])])),
	});
}
