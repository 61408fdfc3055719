const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'a read-only file system',
  EISDIR: 'a directory',
  ENOTDIR: 'a path through something that is no directory',
  ENAMETOOLONG: 'a name that is too long',
  ENOSPC: 'a full disk',
  ELOOP: 'a circle of symbolic links',
};

/** What the file system said, in words; its code where we have none. */
export const fileReason = (error: unknown): string => {
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? String(error) : (reasons[code] ?? code);
};
