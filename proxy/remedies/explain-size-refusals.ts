import { sizeOf } from '../json/json-body.ts';
import type { ErrorInfo } from '../ir/chat.ts';
import { defineRemedy } from './remedy.ts';

/** Below this size a 400 is hardly about size: the page's own advice is to retry under 200 KB (row 6). */
const suspiciousBytes = 200_000;

const isHtml = (text: string): boolean => /^\s*<(!doctype|html|head|center|h1)/i.test(text);

const withoutTags = (html: string): string =>
  (/<title>([^<]{0,200})<\/title>/i.exec(html)?.[1] ?? html.replace(/<[^>]{0,400}>/g, ' ')).replace(/\s+/g, ' ').trim().slice(0, 200);

/** A message that names nothing: no field, no number, no quotation (`Request contains an invalid argument.`). */
const isOpaque = ({ message, param }: ErrorInfo): boolean => param === undefined && message.length < 120 && !/["'`\d[\]{}_:]/.test(message);

/** A limit that the upstream names: `Maximum request body size 1048576 exceeded`, `maximum allowed: 32 MB`. */
const namedLimit = (text: string): string | undefined => {
  const found = /\b(?:max(?:imum)?|limit)\b[^\d<>]{0,60}(\d[\d,_]*)\s*(bytes?|[kmg]i?b)?\b/i.exec(text);
  return found?.[1] === undefined ? undefined : `${found[1]} ${found[2] ?? 'bytes'}`;
};

// The configured limit is not named: a body over it never gets here, so the upstream's own limit is another one.
const limitText = (said: string): string => {
  const limit = namedLimit(said);
  return limit === undefined ? 'it names no limit' : `its limit is ${limit}`;
};

const tooLarge = (error: ErrorInfo, bytes: number): ErrorInfo => {
  const { type: _type, ...rest } = error;
  const said = isHtml(error.message) ? withoutTags(error.message) : error.message;
  return {
    ...rest,
    code: 'request_too_large',
    message: `The upstream refused a request body of ${bytes} bytes as too large (${limitText(said)}). It said: ${said}`,
  };
};

const perhapsTooLarge = (error: ErrorInfo, bytes: number): ErrorInfo => ({
  ...error,
  message: `The upstream refused a request body of ${bytes} bytes without naming a reason; its size may be the reason, so retry with less than ${suspiciousBytes} bytes. It said: ${error.message}`,
});

export default defineRemedy({
  id: 'explain-size-refusals',
  matrixRow: 6,
  about: "An upstream's 413, as JSON or HTML, and an opaque 400 to a large body say how large the body was and what the limit is.",
  onError: (error, failure) => {
    const bytes = sizeOf(failure.call.body);
    if (failure.status === 413) return tooLarge(error, bytes);
    if (failure.status === 400 && bytes > suspiciousBytes && isOpaque(error)) return perhapsTooLarge(error, bytes);
    return error;
  },
});
