import { defineDefect, isRecord, textOf, withJson, withText, type Reply } from '../defect.ts';
import { isStream } from '../streamed-events.ts';

const zeros: Readonly<Record<string, object>> = {
  usage: { prompt_tokens: 0, completion_tokens: 0, input_tokens: 0, output_tokens: 0, total_tokens: 0 },
  usageMetadata: { promptTokenCount: 0, candidatesTokenCount: 0, totalTokenCount: 0 },
};

const wholeWithZeros = (reply: Reply): Reply =>
  withJson(reply, (json) => {
    if (!('choices' in json || 'output' in json || 'candidates' in json)) return json;
    const key = 'candidates' in json ? 'usageMetadata' : 'usage';
    return isRecord(json[key]) ? json : { ...json, [key]: zeros[key] };
  });

/** Before `[DONE]`, at the end of Gemini's stream, and in Responses' last event. */
const streamWithZeros = (reply: Reply): Reply => {
  const text = textOf(reply);
  if (/"usage(Metadata)?":\{/.test(text)) return reply;
  const chunk = `data: ${JSON.stringify({ choices: [], usage: zeros['usage'] })}\n\n`;
  if (text.includes('[DONE]'))
    return withText(
      reply,
      text.replace('data: [DONE]', () => `${chunk}data: [DONE]`),
    );
  const last = text.lastIndexOf('"usage":null');
  if (last !== -1) return withText(reply, `${text.slice(0, last)}"usage":${JSON.stringify(zeros['usage'])}${text.slice(last + 12)}`);
  return text.includes('"candidates"')
    ? withText(reply, `${text}data: ${JSON.stringify({ candidates: [], usageMetadata: zeros['usageMetadata'] })}\n\n`)
    : reply;
};

export default defineDefect({
  id: 'missing-usage-becomes-zero',
  about: 'Where the upstream told no tokens, the caller is told zero',
  seenIn: 'sheet R11 (c) and (e) 1: missing, null and zero are read alike',
  front: async (message, passOn) => {
    const reply = await passOn(message);
    return isStream(reply) ? streamWithZeros(reply) : wholeWithZeros(reply);
  },
});
