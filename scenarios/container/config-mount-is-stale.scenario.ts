import { starting } from '#scenarios/kit/actions/process';
import { answer, defineScenario, must } from '#scenarios/kit/index';

import { cells, firstQuestions, listsExactly, logsAtStart, managementTells } from '../startup/starts.ts';

const managementKey = 'wireproof-management-key-of-a-container';

const serving = (model: string) => ({
  'remote-management': { 'secret-key': managementKey },
  'openai-compatibility': [
    {
      name: 'openai-chat',
      'base-url': 'http://127.0.0.1:9/v1',
      'api-key-entries': [{ 'api-key': 'wireproof-openai-chat-key' }],
      models: [{ name: model }],
    },
  ],
});

export default defineScenario({
  id: 'container/config-mount-is-stale',
  title: 'The container serves what the file said before the edit',
  matrixRow: 4,
  requires: ['management-api'],
  diagnosis: {
    symptom: 'A model that was added to config.yaml is not found, a key that was taken out still works; the container is healthy.',
    cause:
      'A single file is mounted by its inode. An editor that writes another file in its place leaves the container with the old one until it is made anew; an image may also have a file of its own that is found first.',
    check:
      'sha256sum config.yaml on the host, and compare: fileSha256 of the line “listening on …” in the log, or file-sha256 of GET /v0/management/config. path beside it says which file was read.',
    remediation: 'Make the container anew, or mount the directory instead of the file. Compare the sums again, then look for the model.',
  },
  cells,
  upstream: () => answer('text'),
  ground: { launch: { config: { is: 'usable', over: serving('added-by-the-edit') } } },
  steps: () => ({
    start: starting({
      questions: { ...firstQuestions, management: { path: '/v0/management/config', headers: { 'x-management-key': managementKey } } },
    }),
  }),
  expectations: [
    must('the-log-tells-the-sum-of-the-operators-file', ['start'], ({ start }) => logsAtStart(start, ({ config }) => config.sha256)),
    must('management-tells-the-sum-of-the-operators-file', ['start'], ({ start }) =>
      managementTells(start, 'file-sha256', ({ config }) => config.sha256),
    ),
    must('management-tells-which-file-was-read', ['start'], ({ start }) => managementTells(start, 'path', ({ config }) => config.path)),
    must('the-models-of-the-operators-file-are-listed', ['start'], ({ start }) => listsExactly(start, 'added-by-the-edit')),
  ],
  remedy: { config: {} },
  symptom: {
    ground: {
      launch: { config: { is: 'usable', over: serving('from-before-the-edit') }, edited: serving('added-by-the-edit') },
    },
    violates: () => [
      'the-log-tells-the-sum-of-the-operators-file',
      'management-tells-the-sum-of-the-operators-file',
      'the-models-of-the-operators-file-are-listed',
    ],
  },
  live: { safe: false, because: 'the file on the host of a deployment is not seen from its address' },
});
