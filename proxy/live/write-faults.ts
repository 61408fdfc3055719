/** Why something cannot be written, in words that an operator of containers can act on (sheet row 15). */
const reasons: Readonly<Record<string, string>> = {
  EROFS: 'the file system is mounted read-only',
  EACCES: 'the user of this process has no permission to write there',
  EPERM: 'the file or its file system does not permit changes (an immutable file, or a security policy)',
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the disk reports an input/output error',
  EBUSY: 'the file is a mount point that is in use',
  ENOENT: 'the directory is gone',
  EISDIR: 'a directory is in its place',
  'no-file': 'this proxy was started without a configuration file',
};

/** @example writeFault({ code: 'EROFS' }) // 'EROFS: the file system is mounted read-only' */
export const writeFault = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return message;
  const reason = reasons[code];
  return reason === undefined ? code : `${code}: ${reason}`;
};
