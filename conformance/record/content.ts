import type { Leaf } from './json-leaves.ts';

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ''));

/** What the value under these keys says is structure, not content: in every dialect, and nothing that a person wrote. */
const structure = wordsOf(
  `type role model id object status finish_reason finishReason stop_reason stop_sequence service_tier event item_id response_id call_id
  tool_call_id tool_use_id previous_response_id effort verbosity responseId modelVersion system_fingerprint param format mime_type
  mimeType media_type detail truncation tool_choice mode phase status_code reason blockReason finishMessage cache_control ttl schema
  display_name owned_by version grant_type purpose`,
);

/** Of a tool, a function, a schema or a model. Elsewhere a name is somebody's. */
const named =
  /(?:^|\.)(?:(?:tools|tool_calls|output|content|input|models|functionDeclarations|function_declarations|allowed_function_names)\[\]|function|functionCall|functionResponse|function_call|function_response|content_block|item|tool_choice|json_schema|format|custom)\.name$/;
const nameOfModel = /^(?:models|publishers|tunedModels)\//;

/** A word that programs act on. Where nothing tells, what a model wrote to be run looks otherwise. */
const coded = /(?:^|\.)[a-z_]*(?:error|errors\[\]|warnings\[\]|incomplete_details)\.code$/;
const code = /^[a-z0-9_.-]{1,64}$/;

/** Below these, all is what a model or a person said, whatever its keys are called: arguments of tools. */
const said = /(?:^|\.)(?:args|arguments|functionResponse\.response|function_response\.response|input|variables)\.[^[]/;
/** Whoever calls notes there what it likes. */
const noted = /(?:^|\.)metadata\./;
/** Numbers that are letters: bytes and tokens of texts, and what stands for their meaning. */
const letters =
  /(?:^|\.)(?:bytes|prompt|input|tokens|token_ids|tokenIds|prompt_token_ids|embedding|embeddings?(?:\[\])?\.values)(?:\[\])+$|(?:^|\.)(?:tokenId|token_id)$/;

/** Of a run that the vendor made. */
const ofRun = /(?:^|\.)(?:executableCode\.language|executable_code\.language|codeExecutionResult\.outcome|code_execution_result\.outcome)$/;

const isStructure = (path: string, key: string, value: string): boolean => {
  if (key === 'name') return named.test(path) || nameOfModel.test(value);
  if (key === 'code') return coded.test(path) || (path === 'code' && code.test(value));
  return structure.has(key) || ofRun.test(path);
};

/**
 * Whether a value of a body is what somebody said. Numbers of usage and limits are not; numbers in the arguments of a tool are, and those that
 * stand for letters.
 */
export const isContent = ({ path, key, type }: Leaf, value: string): boolean => {
  if (said.test(path) || noted.test(path)) return true;
  return type === 'number' ? letters.test(path) : !isStructure(path, key, value);
};

/** What holds the arguments of a tool, as an object: its keys are as free as its values. */
const holder = /^((?:.*?\.)?(?:args|arguments|functionResponse\.response|function_response\.response|input|variables))(?:\.[^[].*)?$/;

/** What somebody said, together with its keys: the path of the whole; undefined elsewhere. */
export const saidIn = (path: string): string | undefined => holder.exec(path)?.[1];

const plainName = /^[A-Za-z][\w.[\]-]{0,63}$/;

/** Whether a key is what somebody said: in the arguments of a tool, or in place of a name of a form's field. */
export const isSaidKey = ({ path }: Leaf, key: string, isForm: boolean): boolean =>
  isForm ? !plainName.test(key) : saidIn(path) !== undefined;
