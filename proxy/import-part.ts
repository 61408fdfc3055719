/**
 * Loads a part that was found by its file. The build joins modules into few files, and puts a function of its own here that takes a part
 * from those (tools/bundle.mjs), so that no module is there twice.
 */
export const importPart = async (url: URL): Promise<unknown> => import(/* @vite-ignore */ url.href);
