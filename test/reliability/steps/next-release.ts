import { settle } from '../../../src/reliability/arranging/reset.ts';
import type { StepRequest, StepUseId } from '../../../src/reliability/cases/step-uses.ts';
import type { StepOutcome } from '../../../src/reliability/step-runs/step-order.ts';
import { approveFor, orderFor } from '../../../src/reliability/world/step-requests.ts';
import type { FaultWorld } from '../../../src/reliability/world/world.ts';
import { runProgram } from '../../support/cross-check.ts';

const steps: readonly StepUseId[] = ['prepare-blue', 'deploy-stack', 'add-test-rule', 'shift-traffic', 'promote'];

/** An operator gives up after more refusals than this on the way to one release. */
const patience = 4;

/**
 * Runs a release, does what each refusal says, and starts again with Prepare Blue.
 * @returns what happened, a line each; the last is `promoted` if it was
 */
export async function releaseByHints(world: FaultWorld, deployment: number): Promise<readonly string[]> {
  const lines: string[] = [];
  const given: Record<string, string> = {};
  const done = new Set<string>();
  for (let refusals = 0; refusals <= patience; refusals += 1) {
    const { stepUse, outcome } = await runRelease(world, { deployment, version: world.nextVersion() }, given);
    if (outcome.kind === 'done') return [...lines, 'promoted'];
    lines.push(`${stepUse}: ${JSON.stringify(outcome)}`);
    if (outcome.kind !== 'refused') break;
    const remedy = remedies.find(({ says, name }) => says.test(outcome.hint) && !done.has(`${outcome.code} ${name}`));
    if (!remedy) break;
    done.add(`${outcome.code} ${remedy.name}`);
    lines.push(`followed: ${remedy.name}`);
    await remedy.carryOut(world, outcome.hint, given);
  }
  return lines;
}

/** Runs the steps of a release to its end or to the first that does not succeed. */
async function runRelease(
  world: FaultWorld,
  release: Pick<StepRequest, 'deployment' | 'version'>,
  parameters: Readonly<Record<string, string>>,
): Promise<{ readonly stepUse: StepUseId; readonly outcome: StepOutcome }> {
  let last: StepOutcome = { kind: 'killed' };
  let isFirst = false;
  for (const stepUse of steps) {
    const request: StepRequest = { ...release, stepUse };
    approveFor(world, request, world.actualState());
    const order = orderFor(world, request);
    last = await world.run({ ...order, parameters: { ...order.parameters, ...parameters } });
    if (last.kind !== 'done') return { stepUse, outcome: last };
    isFirst ||= stepUse === 'prepare-blue' && last.outputs['FirstDeployment'] === 'True';
    // A first deployment has no stable version beside it, so the process skips the rest.
    if (isFirst && stepUse === 'deploy-stack') break;
  }
  return { stepUse: 'promote', outcome: last };
}

/** Something that hints tell people to do. */
interface Remedy {
  readonly name: string;
  readonly says: RegExp;
  readonly carryOut: (world: FaultWorld, hint: string, given: Record<string, string>) => Promise<unknown>;
}

/** What is most specific comes first. */
const remedies: readonly Remedy[] = [
  {
    name: 'the command in the hint',
    says: /\baws [a-z0-9]+ [a-z-]+ --/,
    carryOut: async ({ emulator }, hint, given) => {
      for (const [command] of hint.matchAll(
        /\baws [a-z0-9]+ [a-z-]+(?: --[a-z-]+(?: (?:'[^']*'|[^\s;,.('-][^\s;(]*))*)+/g,
      ))
        await runInShell(command.replace(/\.$/, ''), emulator.url, emulator.options.region);
      const line = /add the line (\S+) to EcsCanary\.Parts/.exec(hint)?.[1];
      if (line !== undefined) Object.assign(given, { 'EcsCanary.Parts': line });
    },
  },
  {
    name: 'the command with what the hint adds',
    says: /\baws \S+ \S+ --[^(]+ \(if that fails again, add --[^)]+\)/,
    carryOut: async (world, hint) => {
      const [, command, more] = /\b(aws [^(]+) \(if that fails again, add ([^)]+)\)/.exec(hint) ?? [];
      await runInShell(`${command} ${more}`, world.emulator.url, world.emulator.options.region);
      await settle(world);
    },
  },
  {
    name: 'EcsCanary.TakeOver',
    says: /set EcsCanary\.TakeOver on Prepare Blue/,
    carryOut: async (_world, _hint, given) => Object.assign(given, { 'EcsCanary.TakeOver': 'True' }),
  },
  {
    name: 'EcsCanary.RulesOnBlue',
    says: /EcsCanary\.RulesOnBlue (to|=) Keep/,
    carryOut: async (_world, _hint, given) => Object.assign(given, { 'EcsCanary.RulesOnBlue': 'Keep' }),
  },
  { name: 'wait for the stack', says: /Wait until the stack/, carryOut: (world) => settle(world) },
  {
    name: 'Rollback',
    says: /\brun (the )?Rollback/i,
    carryOut: (world) => {
      const request: StepRequest = { stepUse: 'rollback', deployment: 0, version: '' };
      approveFor(world, request, world.actualState());
      return world.run(orderFor(world, request));
    },
  },
  { name: 'Prepare Blue', says: /Prepare Blue/, carryOut: async () => {} },
];

/** Runs a command as a person would who copied it. */
async function runInShell(command: string, endpoint: string, region: string): Promise<void> {
  const run = await runProgram('sh', ['-c', command], {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_PAGER: '',
  });
  if (run.status !== 0) throw new Error(`${command}: ${run.stderr}`);
}
