/** The sections of the page after its matrix: what goes wrong there has no number. */
export const sections = {
  startup: 'Service Does Not Start',
  management: 'Management API Returns 404',
  'rate-limits': '429 and Rate-Limit Cascades',
  streaming: 'Streaming Issues (SSE/WebSocket)',
  timeouts: 'Upstream and Request Timeouts',
  /** Not of the page: what is reported against other gateways (scenarios/complaints/README.md). */
  complaints: 'What Users of Other Gateways Complain About',
} as const;
export type Section = keyof typeof sections;
export const sectionIds = Object.keys(sections) as [Section, ...Section[]];

export const lastRow = 20;

/** A row of the page's matrix by its number, or a section after it by its id. */
export type PageRow = number | Section;

export const isSection = (text: string): text is Section => Object.hasOwn(sections, text);

export const isPageRow = (value: unknown): value is PageRow =>
  typeof value === 'string' ? isSection(value) : Number.isInteger(value) && Number(value) >= 1 && Number(value) <= lastRow;

const place = (row: PageRow): number => (typeof row === 'number' ? row : lastRow + 1 + sectionIds.indexOf(row));

/** In the order of the page: the matrix, then the sections. */
export const byPageRow = (a: PageRow, b: PageRow): number => place(a) - place(b);

/** `row 3`, `section management`: how people are told of it. */
export const rowName = (row: PageRow): string => `${typeof row === 'number' ? 'row' : 'section'} ${row}`;
