/**
 * The one code for an annotator's answers: an index into the classes, else one of these. Whoever only asks whether a class
 * was named asks whether the code is 0 or more.
 */

/** An answer that names none of the classes, or more than one. */
export const OUTSIDE = -1;
/** Asked, without a usable answer: blocked, declined, cut off. */
export const REFUSED = -2;
/** Never asked, or nobody answered. */
export const MISSING = -3;

/** Whether a code below 0 stands for no answer: the annotator refused, or was not asked. Outside the list is one. */
export const saysNothing = (answer: number): boolean => answer < OUTSIDE;
