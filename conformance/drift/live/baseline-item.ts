import { loadSealed } from '#fixtures/catalogue';
import type { Exchange, SurfaceId } from '#fixtures/exchange';
import { idsIn } from '#fixtures/exchange-file';
import { bytesOf } from '#fixtures/recordings/recorded-bytes';
import type { Recording } from '#fixtures/recordings/recording';
import { loadRecordings, recordingFilesIn } from '#fixtures/recordings/recording-file';

import type { Fields } from '../../record/captured.ts';
import { groupOf } from '../sample.ts';

/** A request as it was recorded or written down: redacted, below the upstream's mount. */
export interface RecordedRequest {
  readonly method: string;
  readonly target: string;
  readonly fields: Fields;
  readonly body?: Buffer;
}

/** One exchange or recording of a baseline, read for asking its request again. */
export interface BaselineItem {
  readonly id: string;
  readonly group: string;
  readonly from: 'exchange' | 'recording';
  readonly surface?: SurfaceId;
  /** Origin and mount that it was recorded from; exchanges have none. */
  readonly upstream?: string;
  readonly request: RecordedRequest;
  /** What of the request is not as it was: `request.body.user`, `request.query.key`. */
  readonly redacted: readonly { readonly path: string; readonly kind: string }[];
  /** Absent where there was none: a socket, or silence. */
  readonly status?: number;
  /** Its answer was cut when it was recorded. */
  readonly cut: boolean;
  /** Answered over a WebSocket. */
  readonly socket: boolean;
  /** What was said in its answer was replaced (`record --drop-content`). */
  readonly dropsContent: boolean;
  /** It breaks rules of its surface on purpose. */
  readonly deviates: boolean;
  /** Names of all header fields of request and answer, in lower case. */
  readonly fieldNames: readonly string[];
}

const namesOf = (...lists: readonly Fields[]): readonly string[] => [...new Set(lists.flat().map(([name]) => name.toLowerCase()))];

const ofRequest = ({ path }: { readonly path: string }): boolean => path.startsWith('request.');

const itemOfRecording = ({ id, provenance, redactions, request, answer, socket }: Recording): BaselineItem => ({
  id,
  group: groupOf(id),
  from: 'recording',
  ...(provenance.surface !== undefined && { surface: provenance.surface }),
  upstream: provenance.upstream,
  request: {
    method: request.method,
    target: request.target,
    fields: request.fields,
    ...(request.body !== undefined && { body: bytesOf(request.body) }),
  },
  redacted: redactions.filter(ofRequest),
  ...(answer !== undefined && { status: answer.status }),
  cut: answer !== undefined && answer.ends !== 'complete',
  socket: socket !== undefined,
  dropsContent: redactions.some(({ kind }) => kind === 'content'),
  deviates: false,
  fieldNames: namesOf(request.fields, answer?.fields ?? [], answer?.trailers ?? []),
});

const itemOfExchange = ({ id, dialect, deviates, redactions, request, response }: Exchange): BaselineItem => {
  const fields = Object.entries(request.headers);
  return {
    id,
    group: groupOf(id),
    from: 'exchange',
    surface: dialect,
    request: {
      method: request.method,
      target: request.path,
      fields,
      ...(request.body !== undefined && { body: Buffer.from(JSON.stringify(request.body)) }),
    },
    redacted: redactions.filter(ofRequest).map(({ path, kind }) => ({
      path: path.replace('request.headers.', 'request.fields.'),
      kind: kind === 'secret' ? 'credential' : kind,
    })),
    status: response.status,
    cut: response.ends === 'reset',
    socket: false,
    dropsContent: false,
    deviates: deviates.length > 0,
    fieldNames: namesOf(fields, Object.entries(response.headers)),
  };
};

/** Everything below a directory, seals checked, sorted by id. Throws FixtureError with every problem of every file. */
export const readBaseline = (directory: string): readonly BaselineItem[] => {
  const exchanges = idsIn(directory).length === 0 ? [] : loadSealed(directory);
  const recordings = recordingFilesIn(directory).length === 0 ? [] : loadRecordings(directory);
  const items = [...exchanges.map(itemOfExchange), ...recordings.map(itemOfRecording)];
  return items.sort((a, b) => (a.id < b.id ? -1 : 1));
};
