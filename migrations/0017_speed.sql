-- A student's marks by one look: with what is read of them in the index, a year of one student is a
-- page or two of it, not a page of the table for each mark.
ALTER TABLE mark
	ADD KEY mark_of_student (student_id, column_id, value_x10, state),
	DROP KEY mark_student;
