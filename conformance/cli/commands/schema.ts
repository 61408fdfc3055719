import { Argument } from 'commander';

import type { CliCommand } from '../command.ts';

const schemas = {
  report: async () => (await import('../../engine/report-schema.ts')).reportJsonSchema(),
  triage: async () => (await import('../../triage/triage-schema.ts')).triageJsonSchema(),
  canary: async () => (await import('../../canary/config/schema.ts')).canaryJsonSchema(),
  alert: async () => (await import('../../outputs/destinations/alert-document.ts')).alertJsonSchema(),
  drift: async () => (await import('../../drift/drift-report.ts')).driftJsonSchema(),
  'sdk-drift': async () => (await import('../../drift/sdk/sdk-drift-schema.ts')).sdkDriftJsonSchema(),
  'can-i-deploy': async () => (await import('../../deploy-check/deploy-schema.ts')).deployJsonSchema(),
  recording: async () => (await import('#fixtures/recordings/recording-schema')).recordingJsonSchema(),
  'recorded-run': async () => (await import('../../recorded-runs/run-manifest.ts')).manifestJsonSchema(),
  profile: async () => (await import('../../profiles/profile-file.ts')).profileJsonSchema(),
};

export const command: CliCommand = {
  name: 'schema',
  about: 'the JSON Schema of what wireproof writes and reads',
  order: 6,
  examples: [
    ['wireproof schema report > report.schema.json', 'wireproof.report/v1, as --reporter json writes it'],
    ['wireproof schema triage > triage.schema.json', 'wireproof.triage/v1, as triage --format json writes it'],
    ['wireproof schema canary > canary.schema.json', 'the configuration of wireproof canary, for editors'],
    ['wireproof schema alert > alert.schema.json', 'wireproof.alert/v1, as a webhook of a canary is told'],
    ['wireproof schema drift > drift.schema.json', 'wireproof.drift/v1, as drift --format json writes it; sdk-drift with --sdk'],
    [
      'wireproof schema recording > recording.schema.json',
      'wireproof.recording/v1, as record writes it; recorded-run: the run.json beside them',
    ],
    ['wireproof schema profile > profile.schema.json', 'a profile file, for editors'],
  ],
  declare: (command) => {
    command.addArgument(new Argument('<document>', 'which one').choices(Object.keys(schemas)));
  },
  run: async (command, { io }) => {
    const schema = await schemas[command.args[0] as keyof typeof schemas]();
    io.out(`${JSON.stringify(schema, null, 2)}\n`);
    return 0;
  },
};
