import { needText, optionalArray, optionalNumber, present, type WireObject } from './reading.ts';

/** Settings that Chat Completions and the older text completions share, names and values alike. */
export const readSampling = (body: WireObject) =>
  present({
    temperature: optionalNumber(body['temperature'], 'temperature'),
    topP: optionalNumber(body['top_p'], 'top_p'),
    frequencyPenalty: optionalNumber(body['frequency_penalty'], 'frequency_penalty'),
    presencePenalty: optionalNumber(body['presence_penalty'], 'presence_penalty'),
    seed: optionalNumber(body['seed'], 'seed'),
    stop: typeof body['stop'] === 'string' ? [body['stop']] : optionalArray(body['stop'], 'stop')?.map((each) => needText(each, 'stop')),
  });
