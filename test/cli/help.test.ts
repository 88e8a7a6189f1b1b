import { expect, it } from 'vitest';
import { runEmulate } from '../../src/cli/emulate.ts';
import { runHistory } from '../../src/cli/history.ts';
import { runInstall } from '../../src/cli/install.ts';
import { runPolicies } from '../../src/cli/policies.ts';
import { runProcess } from '../../src/cli/process.ts';
import { runRehearse } from '../../src/cli/rehearse.ts';
import { runVerify } from '../../src/cli/verify.ts';
import { readFaultsCommand } from '../../src/reliability/options.ts';

type Run = (args: readonly string[], write: (text: string) => void) => unknown;

const commands: readonly (readonly [usage: string, run: Run])[] = [
  ['octopus-ecs-canary emulate', (args, write) => runEmulate(args, write, new AbortController().signal)],
  ['octopus-ecs-canary history', (args, write) => runHistory(args, write, write)],
  ['octopus-ecs-canary install', runInstall],
  ['octopus-ecs-canary policies', (args, write) => runPolicies(args, write, write)],
  ['octopus-ecs-canary process', (args, write) => runProcess(args, write, write)],
  ['octopus-ecs-canary rehearse', runRehearse],
  ['octopus-ecs-canary verify', runVerify],
  ['npm run faults --', readFaultsCommand],
];

it.each(commands)(
  'the help of %s fits into 80 columns, and is shown even beside a wrong option',
  async (usage, run) => {
    const written: string[] = [];
    await run(['--frobnicate', '--help'], (text) => written.push(text));
    const help = written.join('\n');
    expect(help).toContain(`Usage: ${usage} [options]`);
    expect(help).toMatch(/\n {2}-h, --help +show this help\n?/);
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
  },
);
