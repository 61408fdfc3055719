import { ToolError } from '../errors.ts';

/** The system's refusal to listen, said for people; other errors are passed on. */
export const explainListenError = (error: unknown, port: number | undefined): unknown => {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return error;
  return new ToolError('port-in-use', `cannot listen on port ${port ?? 'chosen by the system'}`, {
    problems: [
      {
        where: '--port',
        expected: 'a free port that we may listen on',
        actual: code === 'EACCES' ? 'one that needs more rights' : 'one that another process uses',
      },
    ],
    hint: 'leave --port out to take any free port',
    cause: error,
  });
};
