/*
 * An exam day from an empty school to a parent who reads the mark, with real browsers and a real
 * server, which is killed in the middle and whose database stands still for a while. Every step
 * stands on the ones before it. No step asserts how long anything took: on a busy machine the day
 * is longer and ends the same.
 */
import './exam_day/eve.mjs';
import './exam_day/hall.mjs';
import './exam_day/marks.mjs';
