/** What is seen from one place. `cannot-tell` opens nothing and closes nothing. */
export type Sees = 'wrong' | 'well' | 'cannot-tell';
