import { defineDefect, isRecord, textOf, withJson, withText } from '../defect.ts';

const suffix = '-unlimited';

/** The models that the suite keeps from a limited key are the same ones under a second name. */
const withSecondNames = (list: unknown, key: 'id' | 'name'): unknown =>
  Array.isArray(list)
    ? list.flatMap((entry: unknown) => (isRecord(entry) ? [entry, { ...entry, [key]: `${String(entry[key])}${suffix}` }] : [entry]))
    : list;

export default defineDefect({
  id: 'key-scopes-are-ignored',
  about: 'A key that is limited to some models sees and uses all of them',
  seenIn: 'the page, Model Not Found: the list is one of the current API key',
  front: async (message, passOn) => {
    if (message.method === 'POST') {
      return passOn(withText({ ...message, path: message.path.replace(suffix, '') }, textOf(message).replaceAll(suffix, '')));
    }
    const reply = await passOn(message);
    return withJson(reply, (body) => ({
      ...body,
      ...('data' in body && { data: withSecondNames(body['data'], 'id') }),
      ...('models' in body && { models: withSecondNames(body['models'], 'name') }),
    }));
  },
});
