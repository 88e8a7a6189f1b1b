import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mask } from '../../../src/conformance/masking.ts';
import { octopusChecks } from '../../../src/conformance/octopus/checks/index.ts';
import { runVerifyOctopus, secretsOf } from '../../../src/conformance/octopus/verify-octopus.ts';
import type { Findings } from '../../../src/conformance/report.ts';
import {
  createOctopusServer,
  type OctopusServer,
  type OctopusServerOptions,
} from '../../../src/rehearsal/octopus-server/server.ts';

async function open(options: OctopusServerOptions = {}): Promise<OctopusServer> {
  const server = await createOctopusServer(options);
  onTestFinished(() => server.close());
  return server;
}

interface RunOptions {
  readonly args?: readonly string[];
  readonly apiKey?: string;
  readonly said?: (line: string) => void;
  readonly stop?: AbortSignal;
}

/** Runs the command with a report in a folder of its own. */
async function run(server: OctopusServer, options: RunOptions = {}) {
  const { args = ['--yes'], apiKey = server.apiKey, said, stop = new AbortController().signal } = options;
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const report = join(folder, 'report');
  const lines: string[] = [];
  const write = (line: string): void => {
    lines.push(line);
    said?.(line);
  };
  const environment = { OCTOPUS_URL: server.url, OCTOPUS_API_KEY: apiKey };
  const surroundings = { write, ask: undefined, stop };
  const code = await runVerifyOctopus([...args, '--report', report], surroundings, environment);
  const read = (): string => readFileSync(`${report}.json`, 'utf8') + readFileSync(`${report}.md`, 'utf8');
  const seen = (): Readonly<Record<string, string>> => {
    const { results } = JSON.parse(readFileSync(`${report}.json`, 'utf8')) as Findings;
    return Object.fromEntries(results.map(({ id, verdict, seen: answer }) => [id, `${verdict}: ${answer}`]));
  };
  return { code, lines, read, seen };
}

const spacesOf = ({ spaces }: OctopusServer) => spaces.map(({ name }) => name);
const writesTo = ({ requests }: OctopusServer) => requests.filter(({ method }) => method !== 'GET');

it('sees everything as expected in the emulated server, and leaves nothing behind', async () => {
  const server = await open({ pageSize: 2, spaces: ['Default', 'Second', 'Third'] });
  const { code, lines, read, seen } = await run(server);
  expect(seen()).toEqual(Object.fromEntries(octopusChecks.map(({ id, expected }) => [id, `as expected: ${expected}`])));
  expect(code).toBe(0);
  expect(lines.at(-1)).toBe(`${octopusChecks.length} as expected.`);
  expect(spacesOf(server)).toEqual(['Default', 'Second', 'Third']);
  expect(server.spaces.flatMap(({ projects, templates }) => [...projects, ...templates.keys()])).toEqual([]);
  for (const secret of [server.apiKey, server.url]) expect(read()).not.toContain(secret);
  expect(read()).toContain('## Not checked here');
});

it('sees where a server is otherwise than promised', async () => {
  const server = await open({
    locksTemplates: false,
    takesPolicyOfNewProject: false,
    conflict: { status: 400, wording: 'out of date', place: 'Errors' },
  });
  const { code, seen } = await run(server);
  const others = Object.entries(seen()).filter(([, answer]) => !answer.startsWith('as expected'));
  expect(Object.fromEntries(others)).toEqual({
    'template-outdated': 'allowed: accepted',
    'policy-kept': 'allowed: needs targets',
  });
  expect(code).toBe(0);
});

it('goes on after an installation that ended early, and says why', async () => {
  const server = await open({ publishesSnapshots: false });
  const { code, seen, lines } = await run(server);
  expect(seen()).toMatchObject({
    install: 'different: ends early',
    'install-again': 'different: not all',
    'runbooks-published': 'different: not all',
    'trigger-kept': 'not seen: the project has no trigger Guard Canary',
    'update-control': 'as expected: ManualMergeRequired',
  });
  expect(lines.join('\n')).toMatch(/✗ install: ends early \(.*did not publish it/);
  expect(code).toBe(1);
  expect(spacesOf(server)).toEqual(['Default']);
});

it('removes the space if its contents cannot be created', async () => {
  const server = await open({ denied: ['FeedCreate'] });
  const { code, lines, seen } = await run(server);
  expect(lines).toContainEqual(expect.stringMatching(/^✗ 403: .*Missing permission: FeedCreate/));
  expect(new Set(Object.values(seen()).map((answer) => answer.split(':')[0]))).toEqual(new Set(['not seen']));
  expect(code).toBe(1);
  expect(spacesOf(server)).toEqual(['Default']);
});

it.each(['Creating a space', 'Installing', '✓ template-kept'])(
  'removes everything when it is stopped at "%s"',
  async (at) => {
    const server = await open();
    const stop = new AbortController();
    const said = (line: string): void => {
      if (line.startsWith(at)) stop.abort();
    };
    const { code, lines, seen } = await run(server, { stop: stop.signal, said });
    expect(seen()['server-teams']).toBe('not seen: the run was stopped');
    expect(lines).toContain('Everything was removed.');
    expect(code).toBe(1);
    expect(spacesOf(server)).toEqual(['Default']);
  },
);

it('cancels its deployment and removes everything when it is stopped during it', async () => {
  const server = await open();
  const stop = new AbortController();
  server.faults.plan(
    { kind: 'meanwhile', act: () => stop.abort() },
    ({ method, path }) => method === 'GET' && path.endsWith('/interruptions'),
  );
  const { code, seen } = await run(server, { stop: stop.signal });
  expect(server.requests).toContainEqual(
    expect.objectContaining({ path: expect.stringMatching(/\/cancel$/), status: 201 }),
  );
  expect(seen()['output-kept']).toBe('not seen: the run was stopped');
  expect(code).toBe(1);
  expect(spacesOf(server)).toEqual(['Default']);
});

it('says why it could not deploy', async () => {
  const { code, seen } = await run(await open({ denied: ['DeploymentCreate'] }));
  expect(seen()['manual-notes']).toMatch(/^not seen: .*403: .*Missing permission: DeploymentCreate/);
  expect(seen()['server-teams']).toBe('as expected: only when asked');
  expect(code).toBe(1);
});

it('says what is left if the space cannot be deleted, and removes it later', async () => {
  const server = await open();
  server.faults.plan({ kind: 'answer', status: 403, message: 'no' }, ({ method }) => method === 'DELETE');
  const { code, lines } = await run(server);
  expect(code).toBe(1);
  const again = lines.find((line) => line.startsWith('Remove the rest: ')) ?? '';
  const id = /--clean-up ([\w-]+) --url/.exec(again)?.[1] ?? '';
  expect(lines).toContain(`✗ Not removed: the space check-${id}: 403: no`);
  expect(spacesOf(server)).toEqual(['Default', `check-${id}`]);
  expect((await run(server, { args: ['--clean-up', id] })).lines.at(-1)).toBe('Everything was removed.');
  expect(spacesOf(server)).toEqual(['Default']);
});

it('a space whose description somebody changed used to be left without a word', async () => {
  const server = await open();
  const rename = (): void => {
    const space = server.spaces.find(({ name }) => name.startsWith('check-'));
    if (space) space.description = 'Mine now.';
  };
  server.faults.plan({ kind: 'meanwhile', act: rename }, ({ path }) => path.endsWith('/runbooks'));
  const { code, lines } = await run(server);
  expect(code).toBe(1);
  expect(lines.join('\n')).toMatch(/✗ Not removed: the space check-\S+: somebody changed its description/);
});

it('a connection that breaks used to tell the address in the report', () => {
  const message = 'connect ECONNREFUSED octopus.example.com:8065; getaddrinfo ENOTFOUND octopus.example.com';
  expect(mask(message, secretsOf('https://octopus.example.com:8065/base', 'API-1'))).toBe(
    'connect ECONNREFUSED (secret); getaddrinfo ENOTFOUND (secret)',
  );
});

it('never deletes a space that only has the name of a run', async () => {
  const server = await open({ spaces: ['Default', 'check-1'] });
  const { code, lines } = await run(server, { args: ['--clean-up', '1'] });
  expect(lines).toEqual([`${server.url} has no space of the run 1. No run left any.`]);
  expect(code).toBe(1);
  expect(writesTo(server)).toEqual([]);
});

describe('before anything is created', () => {
  it('names every permission that is missing', async () => {
    const server = await open({ denied: ['SpaceCreate', 'SpaceDelete'] });
    const { code, lines } = await run(server);
    expect(lines).toEqual([
      expect.stringContaining('rehearsal, lacks the permission SpaceCreate.\n  Add it'),
      expect.stringContaining('rehearsal, lacks the permission SpaceDelete.\n  Add it'),
      'Nothing was changed.',
    ]);
    expect(code).toBe(1);
    expect(writesTo(server)).toEqual([]);
  });

  it('names a key that the server does not accept', async () => {
    const { code, lines } = await run(await open(), { apiKey: 'API-OTHER' });
    expect(lines[0]).toMatch(/^Octopus does not accept the API key: .*\n {2}Set OCTOPUS_API_KEY/);
    expect(code).toBe(1);
  });

  it('names an address at which nothing answers', async () => {
    const server = await open();
    await server.close();
    const { code, lines } = await run({ ...server, close: async () => {} });
    expect(lines[0]).toMatch(/ cannot be reached: .*ECONNREFUSED.*\n {2}Check --url/);
    expect(code).toBe(1);
  });

  it('shows what it creates, and creates nothing without a yes', async () => {
    const server = await open();
    const { code, lines } = await run(server, { args: [] });
    const plan = lines.join('\n');
    expect(plan).toMatch(/This creates a space named check-[\w-]+, and in it:/);
    expect(plan).toMatch(/npm run verify-octopus -- --clean-up [\w-]+ --url http/);
    expect(lines.at(-1)).toMatch(/^Nothing was created, because there is no terminal/);
    expect(code).toBe(1);
    expect(writesTo(server)).toEqual([]);
  });

  it('names every mistake in the options', async () => {
    const surroundings = { write: () => {}, ask: undefined, stop: new AbortController().signal };
    const wrong = runVerifyOctopus(['--clean-up', 'A B', '--repot'], surroundings, {});
    await expect(wrong).rejects.toThrow(
      /--repot.*--report[\s\S]*--clean-up must be the id of a run[\s\S]*No Octopus URL[\s\S]*No API key/,
    );
  });
});
