import { ProxyError } from './errors.ts';

/** A model's name as a path holds it: slashes may be encoded or not. @throws ProxyError `invalid-request` for broken percent-encoding. */
export const decodedModel = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new ProxyError('invalid-request', 'The path is not valid percent-encoding.', { cause: error });
  }
};
