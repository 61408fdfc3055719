import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';

/** Much more than any answer that can be recorded; a body that grows beyond it was made to. */
const mostBytes = 64 * 1024 * 1024;

const decoders: Readonly<Record<string, (bytes: Buffer, options: { readonly maxOutputLength: number }) => Buffer>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

type Decoded = { readonly bytes: Buffer } | { readonly because: string };

const decodeOnce = (bytes: Buffer, encoding: string): Decoded => {
  const decode = Object.hasOwn(decoders, encoding) ? decoders[encoding] : undefined;
  if (decode === undefined) return { because: `content-encoding ${encoding.slice(0, 40)} is none of ${Object.keys(decoders).join(', ')}` };
  try {
    return { bytes: decode(bytes, { maxOutputLength: mostBytes }) };
  } catch (error) {
    return { because: `its bytes are no whole ${encoding}: ${(error as NodeJS.ErrnoException).code ?? 'unreadable'}` };
  }
};

/** Undoes the encodings of a Content-Encoding field, the last one first; or says why it cannot. */
export const decodeContent = (bytes: Buffer, field: string): Decoded => {
  const encodings = field.split(',').map((name) => name.trim().toLowerCase());
  let decoded: Decoded = { bytes };
  for (const encoding of encodings.filter((name) => name !== '' && name !== 'identity').reverse()) {
    decoded = 'bytes' in decoded ? decodeOnce(decoded.bytes, encoding) : decoded;
  }
  return decoded;
};
