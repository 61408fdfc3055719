import { expect, it } from 'vitest';

import { parseReference } from './image-reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

it.each([
  ['nginx', { registry: 'registry-1.docker.io', repository: 'library/nginx', tag: 'latest' }],
  ['docker.io/nginx:1.27', { registry: 'registry-1.docker.io', repository: 'library/nginx', tag: '1.27' }],
  ['eceasy/cli-proxy-api:v6', { registry: 'registry-1.docker.io', repository: 'eceasy/cli-proxy-api', tag: 'v6' }],
  ['127.0.0.1:5000/a/b/c:v1', { registry: '127.0.0.1:5000', repository: 'a/b/c', tag: 'v1' }],
  ['localhost/a', { registry: 'localhost', repository: 'a', tag: 'latest' }],
  [`ghcr.io/a/b@${digest}`, { registry: 'ghcr.io', repository: 'a/b', digest }],
  [`ghcr.io/a/b:v1@${digest}`, { registry: 'ghcr.io', repository: 'a/b', tag: 'v1', digest }],
])('takes %s apart', (text, reference) => {
  expect(parseReference(text)).toEqual({ ok: true, reference });
});

it.each([
  ['KooshaPari/cliproxyapi-plusplus:latest', 'repository name "KooshaPari/cliproxyapi-plusplus" must be lowercase'],
  ['', '"library/" is no repository name'],
  ['a//b', '"a//b" is no repository name'],
  ['a/b:', '"" is no tag'],
  ['a/b:v 1', '"v 1" is no tag'],
  ['a/b@sha256:12', '"sha256:12" is no digest: sha256: and 64 hexadecimal digits'],
  [`a/b@${digest}@${digest}`, 'more than one @'],
  ['a/../b', '"a/../b" is no repository name'],
])('refuses %j', (text, problem) => {
  expect(parseReference(text)).toEqual({ ok: false, problem });
});
