import { describe, expect, it } from 'vitest';

import { chooseTool } from './choose-tool.ts';

const proof = { file: 'proof.txt', halves: ['proof', 'abc'] as const };
const command = 'printf %s-%s proof abc > proof.txt && cat proof.txt';

const tool = (name: string, properties: Readonly<Record<string, unknown>>, required: readonly string[] = []) => ({
  name,
  parameters: { type: 'object', properties, required },
});
const text = { type: 'string' };
const writer = tool('write_file', { file_path: text, content: text }, ['file_path', 'content']);

describe('the tool that the model calls', () => {
  it('is a shell before a writer, whatever their order', () => {
    expect(chooseTool([writer, tool('Bash', { command: text })], proof)).toEqual({ name: 'Bash', args: { command } });
  });

  it.each([
    ['Gemini', { type: 'STRING' }, command],
    ['a list', { type: 'array', items: text }, ['bash', '-c', command]],
  ])('takes the command as %s has it', (_whose, property, expected) => {
    expect(chooseTool([tool('run_shell_command', { command: property })], proof)).toEqual({
      name: 'run_shell_command',
      args: { command: expected },
    });
  });

  it('gets a value for everything that has to be there and for nothing else', () => {
    const properties = {
      cmd: text,
      description: text,
      is_background: { type: 'boolean' },
      timeout: { type: 'number' },
      mode: { type: 'string', enum: ['quick', 'slow'] },
      environment: { type: 'object' },
      also: { type: 'array' },
      login: { type: 'boolean' },
    };
    const required = ['cmd', 'description', 'is_background', 'timeout', 'mode', 'environment', 'also'];
    expect(chooseTool([tool('exec_command', properties, required)], proof)).toEqual({
      name: 'exec_command',
      args: {
        cmd: command,
        description: 'Write a file and show it',
        is_background: false,
        timeout: 10,
        mode: 'quick',
        environment: {},
        also: [],
      },
    });
  });

  it('is a writer where there is no shell', () => {
    const reader = tool('read_file', { file_path: text });
    expect(chooseTool([reader, writer], proof)).toEqual({ name: 'write_file', args: { file_path: 'proof.txt', content: 'proof-abc' } });
  });

  it.each([
    ['a shell without a command', tool('bash_output', { id: text })],
    ['a command that is no shell', tool('search', { command: text })],
    ['a writer without a text', tool('create_folder', { path: text })],
    ['no schema', { name: 'bash', parameters: {} }],
  ])('is not %s', (_what, other) => {
    expect(chooseTool([other], proof)).toBeUndefined();
  });
});
