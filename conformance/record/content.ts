import type { Leaf } from './json-leaves.ts';

/** What the value under these keys says is structure, not content: in every dialect, and nothing that a person wrote. */
const structure = new Set(
  `type role model id object status finish_reason finishReason stop_reason stop_sequence service_tier event item_id response_id call_id
  tool_call_id tool_use_id previous_response_id name effort verbosity responseId modelVersion system_fingerprint code param format mime_type
  mimeType media_type detail truncation tool_choice mode phase status_code reason blockReason finishMessage cache_control ttl schema
  display_name owned_by version`
    .split(/\s+/)
    .filter((key) => key !== ''),
);

/** Below these, all is what a model or a person said, whatever its keys are called: arguments of tools. */
const said = /(?:^|\.)(?:args|arguments|functionResponse\.response|input)\.[^[]/;

/** Whether a leaf of a body is what somebody said. Numbers of usage and limits are not; numbers in the arguments of a tool are. */
export const isContent = ({ path, key, type }: Leaf): boolean => said.test(path) || (type === 'string' && !structure.has(key));
