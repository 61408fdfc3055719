/** How many a query answers with where it does not say. */
export const usualLimit = 100;
