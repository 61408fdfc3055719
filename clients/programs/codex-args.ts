import type { Aim } from '../client.ts';

/** `codex exec` with a provider of its own name, without telemetry, update check and plugins, which ask for hosts outside. */
export const codexArgs = ({ url, model, prompt, streams }: Aim, { webSocket }: { readonly webSocket: boolean }): readonly string[] => [
  'exec',
  '--skip-git-repo-check',
  // The sandbox around it is ours; its own does not start in one.
  '--dangerously-bypass-approvals-and-sandbox',
  '--disable',
  'plugins',
  ...(streams ? ['--json'] : []),
  ...[
    'model_provider=wireproof',
    `model_providers.wireproof={name="wireproof",base_url="${url}/v1",env_key="WIREPROOF_KEY",wire_api="responses",supports_websockets=${webSocket}}`,
    'analytics.enabled=false',
    'check_for_update_on_startup=false',
  ].flatMap((setting) => ['-c', setting]),
  '-m',
  model,
  prompt,
];
