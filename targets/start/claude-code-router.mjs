/**
 * Starts Claude Code Router with a configuration of its own: `node claude-code-router.mjs PACKAGE PORT KEY CHAT GEMINI`, the last two being
 * base URLs of upstreams. It reads nothing but ~/.claude-code-router/config.json and writes beside it, so it gets a home that is made for
 * this one start and removed at its end.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, port, key, chat, gemini] = process.argv.slice(2);

const home = mkdtempSync(join(tmpdir(), 'claude-code-router-'));
process.env.HOME = home;
process.on('exit', () => rmSync(home, { recursive: true, force: true }));

const config = {
  HOST: '127.0.0.1',
  PORT: Number(port),
  APIKEY: key,
  LOG: false,
  NON_INTERACTIVE_MODE: true,
  API_TIMEOUT_MS: 60_000,
  Providers: [
    { name: 'chat', api_base_url: `${chat}/chat/completions`, api_key: 'sk-wireproof', models: ['gpt-4.1-mini'] },
    {
      name: 'google',
      api_base_url: `${gemini}/v1beta/models/`,
      api_key: 'sk-wireproof',
      models: ['gemini-2.5-pro'],
      transformer: { use: ['gemini'] },
    },
  ],
  Router: { default: 'chat,gpt-4.1-mini' },
};
mkdirSync(join(home, '.claude-code-router'));
writeFileSync(join(home, '.claude-code-router', 'config.json'), JSON.stringify(config));

process.argv = [process.argv[0], `${folder}/dist/cli.js`, 'start'];
await import(pathToFileURL(`${folder}/dist/cli.js`).href);
