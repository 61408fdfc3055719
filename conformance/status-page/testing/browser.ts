/** A real Chromium for tests and measures. Tests that need one say why they cannot run without it. */
import { existsSync } from 'node:fs';

import { chromium, type Browser } from 'playwright-core';

const usualPlaces = ['/usr/bin/chromium', '/usr/bin/google-chrome'];

/** Nothing is fetched, updated or told to anybody; fonts are drawn the same on every screen. */
const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
  '--force-color-profile=srgb',
];

type Env = Readonly<Record<string, string | undefined>>;

/** CHROMIUM_PATH, or where Debian puts it. */
export const findBrowser = (env: Env): string | undefined =>
  [env['CHROMIUM_PATH'], ...usualPlaces].find((path) => path !== undefined && path !== '' && existsSync(path));

export const whyNoBrowser = 'no Chromium here: set CHROMIUM_PATH, or install the package "chromium"';

/** Where nothing may be skipped silently: CI, or REQUIRE_BROWSER=1. */
export const browserRequired = (env: Env): boolean => env['CI'] === 'true' || env['REQUIRE_BROWSER'] === '1';

export const launchBrowser = async (executablePath: string): Promise<Browser> => chromium.launch({ executablePath, args: [...flags] });
