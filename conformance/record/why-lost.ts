/** Something that was replaced, as a recording lists it. */
interface Redaction {
  /** `request.body.user`, `answer.fields.set-cookie`. */
  readonly path: string;
  readonly kind: string;
}

/** A key is known to whoever asks again, and fields are written anew. */
const isLost = ({ path, kind }: Redaction): boolean =>
  path.startsWith('request.') && !path.startsWith('request.fields.') && !(path.startsWith('request.query.') && kind === 'credential');

/** What was redacted of a request so that it cannot be asked again; undefined where nothing was. What was redacted of an answer does not matter. */
export const whyLost = (redacted: readonly Redaction[]): string | undefined => {
  const lost = redacted.find(isLost);
  if (lost === undefined) return undefined;
  return lost.kind === 'content' ? 'what was said is not in the recording (--drop-content)' : `its ${lost.path} is redacted (${lost.kind})`;
};
