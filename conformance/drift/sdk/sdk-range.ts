import { ToolError } from '../../errors.ts';
import { nearestHint } from '../../nearest.ts';
import { watchedPackages } from './sdk-roots.ts';

export interface SdkRange {
  readonly package: string;
  readonly before: string;
  readonly after: string;
}

const exactVersion = /^\d{1,9}\.\d{1,9}\.\d{1,9}(?:-[0-9A-Za-z.-]{1,64})?$/;

const unusable = (text: string, expected: string, hint: string): ToolError =>
  new ToolError('usage', `--sdk ${JSON.stringify(text.slice(0, 120))} names no two versions of an SDK`, {
    problems: [{ where: '--sdk', expected, actual: JSON.stringify(text.slice(0, 120)), hint }],
  });

/**
 * `openai@6.48.0..6.49.0`: an SDK and two released versions of it.
 * @throws ToolError `usage`
 */
export const parseSdkRange = (text: string): SdkRange => {
  const at = text.lastIndexOf('@');
  const name = at > 0 ? text.slice(0, at) : text;
  if (!watchedPackages.includes(name)) throw unusable(text, watchedPackages.join(', '), nearestHint(name, watchedPackages));
  const [before, after, ...more] = at > 0 ? text.slice(at + 1).split('..') : [];
  if (before === undefined || after === undefined || more.length > 0 || ![before, after].every((each) => exactVersion.test(each))) {
    throw unusable(text, `${name}@X..Y with two exact versions`, `npm view ${name} versions lists them`);
  }
  return { package: name, before, after };
};

/**
 * `openai@6.49.0`: an SDK and one released version of it.
 * @param flag that it was given for, for the error
 * @throws ToolError `usage`
 */
export const parseSdkVersion = (text: string, flag: string): { readonly package: string; readonly version: string } => {
  const at = text.lastIndexOf('@');
  const [name, version] = at > 0 ? [text.slice(0, at), text.slice(at + 1)] : [text, ''];
  if (watchedPackages.includes(name) && exactVersion.test(version)) return { package: name, version };
  const actual = JSON.stringify(text.slice(0, 120));
  const [expected, hint] = watchedPackages.includes(name)
    ? [`${name}@X with an exact version`, `npm view ${name} versions lists them`]
    : [watchedPackages.join(', '), nearestHint(name, watchedPackages)];
  throw new ToolError('usage', `${flag} ${actual} names no version of an SDK`, { problems: [{ where: flag, expected, actual, hint }] });
};
