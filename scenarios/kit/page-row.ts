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

/** The page's rows by what their symptom is called. */
export const rowTitles = [
  'Error 401 on a request',
  '403 from the provider upstream',
  'Invalid JSON payload from a sparse tool_result',
  'Docker image error at startup or health',
  'Model not found, bad model',
  'Request body too large, payloads near 280 KB',
  '502 unknown provider for a bridged Antigravity model',
  'gpt-5.3-codex-spark fails for plus and team',
  'iFlow glm-4.7 answers 406',
  'Most iFlow models are unavailable after login',
  'Usage statistics remain 0',
  'Thinking length cannot be controlled',
  'Availability of a model is unclear across environments',
  'Requests of a client bypass the proxy',
  'Runtime configuration cannot be written',
  'OAuth accounts renew in loops',
  'Streams hang or are truncated',
  'Claude models cannot be used in Codex CLI',
  'Free allocated quota exceeded',
  '/v1/responses/compact fails or hangs',
] as const;

export const lastRow = rowTitles.length;

/** A row of the page's matrix by its number, or a section after it by its id. */
export type PageRow = number | Section;

export const isSection = (text: string): text is Section => Object.hasOwn(sections, text);

export const isPageRow = (value: unknown): value is PageRow =>
  typeof value === 'string' ? isSection(value) : Number.isInteger(value) && Number(value) >= 1 && Number(value) <= lastRow;

const place = (row: PageRow): number => (typeof row === 'number' ? row : lastRow + 1 + sectionIds.indexOf(row));

/** In the order of the page: the matrix, then the sections. */
export const byPageRow = (a: PageRow, b: PageRow): number => place(a) - place(b);

/** What the row's symptom, or the section, is called. */
export const rowTitle = (row: PageRow): string => (typeof row === 'number' ? (rowTitles[row - 1] ?? '') : sections[row]);

/** `row 3`, `section management`: how people are told of it. */
export const rowName = (row: PageRow): string => `${typeof row === 'number' ? 'row' : 'section'} ${row}`;
