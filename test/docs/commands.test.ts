import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectDirectory } from '../../build/project-directory.ts';
import { readBenchCommand } from '../../src/benchmark/options.ts';
import { runEmulate } from '../../src/cli/emulate.ts';
import { runEmulateOctopus } from '../../src/cli/emulate-octopus.ts';
import { readHistoryCommand } from '../../src/cli/history-options.ts';
import { readInstallCommand } from '../../src/cli/install-options.ts';
import { runPolicies } from '../../src/cli/policies.ts';
import { readPoliciesCommand } from '../../src/cli/policies-options.ts';
import { runProcess } from '../../src/cli/process.ts';
import { readProcessCommand } from '../../src/cli/process-options.ts';
import { readRehearseCommand } from '../../src/cli/rehearse-options.ts';
import { readVerifyCommand } from '../../src/cli/verify-options.ts';
import { readVerifyAwsCommand } from '../../src/conformance/aws/options.ts';
import { readVerifyOctopusCommand } from '../../src/conformance/octopus/options.ts';
import { readFaultsCommand } from '../../src/reliability/options.ts';
import { findDocumentedCommands, wordsOf } from './documented-commands.ts';

const scripts: Record<string, string> = JSON.parse(
  readFileSync(join(projectDirectory, 'package.json'), 'utf8'),
).scripts;

/** Files that a reader has made before, and directories that a command writes to. */
let directory = '';
const before = process.cwd();

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'documented-'));
  process.chdir(directory);
  writeFileSync('my-stack.yaml', 'Resources: {}\n');
  writeFileSync('network.yaml', 'Resources: {}\n');
  writeFileSync('slow.json', '{"EcsCanary.TimeoutMinutes": "45"}\n');
});
afterAll(() => {
  process.chdir(before);
  rmSync(directory, { recursive: true });
});

type Reader = (args: readonly string[]) => unknown;

const ignore = (): void => undefined;

/** What carries a command out, or, where that takes minutes and has tests of its own, what reads its arguments. */
const readers: Readonly<Record<string, Reader>> = {
  bench: (args) => readBenchCommand(args, ignore),
  faults: (args) => readFaultsCommand(args, ignore),
  history: (args) => readHistoryCommand(args, ignore),
  'install-octopus': (args) => readInstallCommand(args, { OCTOPUS_API_KEY: 'API-1' }, ignore),
  policies: (args) => readPoliciesCommand(args, ignore) && runPolicies(args, ignore, ignore),
  process: (args) => readProcessCommand(args, ignore) && runProcess(args, ignore, ignore),
  rehearse: (args) => readRehearseCommand(args, ignore),
  verify: (args) => readVerifyCommand(args, ignore),
  'verify-aws': (args) => readVerifyAwsCommand(args, ignore),
  'verify-octopus': (args) =>
    readVerifyOctopusCommand(args, { OCTOPUS_API_KEY: 'API-1', OCTOPUS_URL: 'http://o' }, ignore),
  emulate: (args) => runEmulate([...args, '--help'], ignore, new AbortController().signal),
  'emulate-octopus': (args) => runEmulateOctopus([...args, '--help'], ignore, new AbortController().signal),
};

it.each(findDocumentedCommands())('$text, as $page has it, is a command that exists', async ({ text }) => {
  const [, verb = '', ...rest] = wordsOf(text);
  if (verb !== 'run') return expect(['ci', 'test', 'pack']).toContain(verb);
  const [name = '', ...args] = rest.filter((word) => word !== '-s' && word !== '--');
  expect(Object.keys(scripts)).toContain(name);
  await readers[name]?.(args);
});
