import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** A page that shows a file, and what it did besides. */
export interface OpenPage {
  readonly page: Page;
  /** Messages and errors on its console. */
  readonly complaints: readonly string[];
  /** Addresses of everything that it requested, except itself. */
  readonly requests: readonly string[];
}

/** Starts the installed Chromium with a profile of its own, which ends with it. */
export function startBrowser(): Promise<Browser> {
  const path = spawnSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).stdout.trim();
  return chromium.launch({ executablePath: path, headless: true, chromiumSandbox: false, args: quiet });
}

/** Opens HTML from a file, as people open an artifact that they have downloaded; `use` runs while it is open. */
export async function openFile(
  browser: Browser,
  html: string,
  options: BrowserContextOptions,
  use: (open: OpenPage) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'ecs-canary-page-'));
  const context = await browser.newContext(options);
  try {
    const address = pathToFileURL(join(directory, 'report.html')).href;
    await writeFile(join(directory, 'report.html'), html);
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => request.url() === address || requests.push(request.url()));
    await page.goto(address);
    await use({ page, complaints, requests });
  } finally {
    await context.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Without a screen, and without the services that a person's browser talks to. */
const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
