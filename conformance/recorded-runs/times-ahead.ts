import type { RecordedAnswer, Recording } from '#fixtures/recordings/recording';

const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/;

/** As it was written: both forms keep their length. */
const written = (value: string, atMs: number): string => {
  const date = new Date(atMs);
  if (httpDate.test(value)) return date.toUTCString();
  return value.includes('.') ? date.toISOString() : date.toISOString().replace(/\.\d{3}Z$/, 'Z');
};

const moved = (value: string, recordedMs: number, nowMs: number): string => {
  if (!httpDate.test(value) && !rfc3339.test(value)) return value;
  const timeMs = Date.parse(value);
  return timeMs > recordedMs ? written(value, timeMs + nowMs - recordedMs) : value;
};

/**
 * A field that names a moment which was still to come when it was recorded (`Retry-After: <date>`, `…-reset: <time>`) says how long to wait:
 * the moment is as far ahead again. What was past stays past, and bodies stay as they are.
 * @param nowMs milliseconds since the epoch
 */
export const withTimesAhead = (answer: RecordedAnswer, provenance: Recording['provenance'], nowMs: number): RecordedAnswer => {
  const recordedMs = Date.parse(provenance.at);
  return { ...answer, fields: answer.fields.map(([name, value]) => [name, moved(value, recordedMs, nowMs)]) };
};
