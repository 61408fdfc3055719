import { expect, it } from 'vitest';

import { byPageRow, isPageRow, isSection, rowName, type PageRow } from './page-row.ts';

it('puts sections behind the matrix, in the order of the page', () => {
  const rows: readonly PageRow[] = ['rate-limits', 20, 'management', 3, 'startup'];
  expect([...rows].sort(byPageRow)).toEqual([3, 20, 'startup', 'management', 'rate-limits']);
});

it('names rows and sections', () => {
  expect([rowName(3), rowName('management')]).toEqual(['row 3', 'section management']);
});

it('knows sections by their ids only', () => {
  expect(['management', 'Management', 'toString', ''].map(isSection)).toEqual([true, false, false, false]);
});

it('takes whole numbers of the matrix and sections for rows, and nothing else', () => {
  expect([1, 20, 'management', 0, 21, 1.5, '3', undefined].map(isPageRow)).toEqual([true, true, true, false, false, false, false, false]);
});
