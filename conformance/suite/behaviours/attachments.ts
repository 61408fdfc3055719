import assert from 'node:assert/strict';

import { answer } from '#fixtures/upstreams/script';

import type { Ask, ClientDialect, ClientUnderTest } from '../client-under-test.ts';
import type { Topic } from '../proxied-upstreams.ts';
import { askedOf, connect, dialectOf, finalText, lossesOf, lossesWith, type Behaviours, type Case, type Fields } from './case.ts';

/** A transparent PNG of one pixel. */
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const page = Buffer.from('%PDF-1.4\n%%EOF\n').toString('base64');

type Attachment = Pick<Ask, 'image' | 'imageUrl' | 'pdf'>;
type Places = Readonly<Record<ClientDialect, unknown>>;

/** The content of the last message. */
const contentIn = (body: unknown): unknown => {
  const { messages, input, contents } = body as Readonly<Record<string, readonly Fields[] | undefined>>;
  const { content, parts } = (messages ?? input ?? contents)?.at(-1) ?? {};
  return content ?? parts;
};

const imageIn = (image: string): Places => ({
  'openai-chat': { type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } },
  'openai-responses': { type: 'input_image', image_url: `data:image/png;base64,${image}`, detail: 'auto' },
  'anthropic-messages': { type: 'image', source: { type: 'base64', media_type: 'image/png', data: image } },
  'gemini-generate': { inlineData: { mimeType: 'image/png', data: image } },
});

const imageAt = (url: string): Places => ({
  'openai-chat': { type: 'image_url', image_url: { url } },
  'openai-responses': { type: 'input_image', image_url: url, detail: 'auto' },
  'anthropic-messages': { type: 'image', source: { type: 'url', url } },
  'gemini-generate': { fileData: { fileUri: url } },
});

const pdfIn = (data: string, name: string | undefined): Places => {
  const openai = { filename: name ?? 'file.pdf', file_data: `data:application/pdf;base64,${data}` };
  return {
    'openai-chat': { type: 'file', file: openai },
    'openai-responses': { type: 'input_file', ...openai },
    'anthropic-messages': {
      type: 'document',
      source: { type: 'base64', media_type: 'application/pdf', data },
      ...(name !== undefined && { title: name }),
    },
    'gemini-generate': { inlineData: { mimeType: 'application/pdf', data } },
  };
};

/** The question and what goes with it in the words of each dialect. Google's clients give files no names. */
const contentFor = (dialect: ClientDialect, from: ClientDialect, { text }: Topic, { image, imageUrl, pdf }: Attachment): unknown => {
  const places = [
    ...(image === undefined ? [] : [imageIn(image)]),
    ...(imageUrl === undefined ? [] : [imageAt(imageUrl)]),
    ...(pdf === undefined ? [] : [pdfIn(pdf, from === 'gemini-generate' ? undefined : 'page.pdf')]),
  ];
  const question: Places = {
    'openai-chat': { type: 'text', text },
    'openai-responses': { type: 'input_text', text },
    'anthropic-messages': { type: 'text', text },
    'gemini-generate': { text },
  };
  return [question, ...places].map((place) => place[dialect]);
};

const lossesFor = (from: ClientDialect, to: ClientDialect, { imageUrl, pdf }: Attachment): readonly string[] => {
  if (from === to) return [];
  if (pdf !== undefined && to === 'gemini-generate') return ['turns[0].parts[1].name'];
  return imageUrl !== undefined && from === 'gemini-generate' ? ['contents[0].parts[1].fileData.mimeType'] : [];
};

const shows =
  (attached: (topic: Topic) => Attachment) =>
  async (about: Case): Promise<void> => {
    const topic = about.proxied.topic(answer('text'));
    const line = connect(about);
    const attachment = attached(topic);
    const said = await about.client.say(line, { text: topic.text, stream: false, ...attachment });
    assert.equal(said.text, finalText);
    const [from, to] = [about.client.dialect, dialectOf(about.surface)];
    const arrived = topic.calls().map(({ body }) => contentIn(askedOf(about.surface, body)));
    assert.deepEqual(arrived, [from === to ? contentIn(line.sent()[0]) : contentFor(to, from, topic, attachment)]);
    assert.equal(lossesOf(line), lossesWith(about, line, ...lossesFor(from, to, attachment)));
    assert.deepEqual(topic.pictureCalls(), []);
  };

export const attachments = ({ sendsImageUrls }: ClientUnderTest): Behaviours => ({
  'shows an image': shows(() => ({ image: pixel })),
  ...(sendsImageUrls && { 'shows an image by its URL, which nobody fetches': shows(({ pictureUrl }) => ({ imageUrl: pictureUrl })) }),
  'shows a PDF': shows(() => ({ pdf: page })),
});
