import { describe, expect, it } from 'vitest';

import { refusalText } from './refusal-text.ts';

const page = (status: number): string => `The upstream answered status ${status} with a web page`;

describe('refusalText', () => {
  it.each<[string, number, string, string | undefined, string]>([
    ['nothing', 502, ' \n', undefined, 'status 502'],
    ['text', 500, ' upstream is down\n', 'text/plain', 'upstream is down'],
    ['text that only begins like markup', 500, '<3 requests', undefined, '<3 requests'],
    ['a page', 502, '<html>\r\n<head><title>502 Bad\r\n Gateway</title></head><body>x</body>', undefined, `${page(502)}: 502 Bad Gateway`],
    ['a doctype and attributes', 504, '<!DOCTYPE html><title lang="en">Timeout</title>', 'text/html', `${page(504)}: Timeout`],
    ['a page without title', 403, '<html><style>p{}</style><body><h1>Not <b>here</b></h1>', undefined, `${page(403)}: Not here`],
    ['an empty title', 403, '<html><title> </title><body>Go</body>', undefined, `${page(403)}: Go`],
    ['a fragment that is called a page', 403, '<p>Blocked</p>', 'text/html; charset=utf-8', `${page(403)}: Blocked`],
    ['a script that does not end', 403, '<html><script>var a = "<b>";', undefined, `${page(403)} that says nothing.`],
    ['entities', 400, '<html><title>&lt;script&gt; &amp; co</title>', undefined, `${page(400)}: &lt;script&gt; &amp; co`],
    ['control characters', 400, '<html><title>a\u0000\u001b[31mb</title>', undefined, `${page(400)}: a [31mb`],
    ['a page in front of a size limit', 413, '<html><title>413</title>', 'text/html', '<html><title>413</title>'],
  ])('%s', (_what, status, body, contentType, expected) => {
    expect(refusalText(status, body, contentType)).toBe(expected);
  });

  it.each([
    ['text', 'x'.repeat(5_000), `${'x'.repeat(2_000)}…`],
    ['a title', `<html><title>${'x'.repeat(3_000)}</title>`, `${page(500)}: ${'x'.repeat(200)}…`],
    ['a page', `<html>${'<b>'.repeat(400_000)}y`, `${page(500)} that says nothing.`],
  ])('is bounded: %s', (_what, body, expected) => {
    expect(refusalText(500, body, undefined)).toBe(expected);
  });
});
