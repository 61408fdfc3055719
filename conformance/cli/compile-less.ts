import { setFlagsFromString } from 'node:v8';

/**
 * V8 11, which is that of Node 20, compiles a function again, to run faster, after 67,584 bytes of its code have run. Later versions have another
 * measure, and wait longer by themselves.
 * @returns the flag that makes it wait; `undefined` for versions that do not know it
 */
export const lessCompiling = (v8: string): string | undefined => (v8.startsWith('11.') ? '--interrupt-budget=1000000' : undefined);

/**
 * A run executes much code, and little of it often: most of what V8 compiles a second time does not pay for itself before the run is over,
 * and where cores are few, the compiler's threads take them from those that work. Only for a process that ends soon.
 */
export const compileLess = (): void => {
  const flag = lessCompiling(process.versions.v8);
  if (flag !== undefined) setFlagsFromString(flag);
};
