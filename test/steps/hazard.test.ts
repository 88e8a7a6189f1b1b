import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApprovalLedger } from '../../src/rehearsal/approval-ledger.ts';
import { type Load, startLoad } from '../../src/rehearsal/load.ts';
import { fitArns } from '../../src/rehearsal/own-template.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { type CanaryConsole, openCanaryConsole } from '../support/canary-console.ts';
import { type CanaryWorld, openCanaryWorld } from '../support/canary-world.ts';

/** Users who send requests all the time, and each version's approvals. */
interface Production {
  readonly load: Load;
  /** Approves that share in percent for a version from now on. */
  readonly approve: (taskDefinitionArn: string | undefined, percent: number) => void;
  /** Lets users send requests for a while. @returns how many answers came from green */
  readonly watch: (version: string) => Promise<number>;
  readonly excess: () => readonly { readonly taskDefinitionArn: string; readonly requests: number }[];
}

const small = {
  'EcsCanary.DesiredCount': '1',
  'EcsCanary.HealthCheckIntervalSeconds': '5',
  'EcsCanary.HealthCheckTimeoutSeconds': '2',
};

let world: CanaryWorld;
let awsConsole: CanaryConsole;
let production: Production | undefined;

beforeEach(async () => {
  world = await openCanaryWorld({ timeScale: 400, taskStartSeconds: 4 }, ['test']);
  awsConsole = openCanaryConsole(world.emulator);
});

afterEach(async () => {
  await production?.load.stop();
  production = undefined;
  awsConsole.close();
  await world.close();
});

describe('no version gets more of production than was approved for it', () => {
  it('over four releases with promote, abort and promote', async () => {
    await world.run(prepareBlue);
    const first = await world.run(deployStack, world.builtIn('1', small));
    const { approve, watch, excess, load } = await openProduction();
    approve(first.outputs['GreenTaskDefinition'], 100);

    const one = first.outputs['GreenTaskDefinition'] ?? '';
    const two = await release('2', one);
    await accept(two, one);
    expect(await watch('2')).toBe(100);

    const three = await release('3', two);
    approve(three, 50);
    await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '50' });
    expect(await watch('3')).toBeGreaterThan(30);
    expect((await world.run(rollback)).error).toBeUndefined();
    approve(three, 0);

    const four = await release('4', two);
    await accept(four, two);
    expect(await watch('4')).toBe(100);

    await load.stop();
    const seen = load.measure(0);
    expect(seen.errors).toBe(0);
    expect(seen.requests).toBe(world.emulator.traffic().length);
    expect(world.emulator.traffic().filter(({ status }) => status !== 200)).toEqual([]);
    expect(Object.keys(seen.taskDefinitions).sort()).toEqual([one, two, three, four].sort());
    expect(excess()).toEqual([]);
  });

  it('which the naive flow breaks: it updates green while green has all of the traffic', async () => {
    const StackName = 'canary';
    const first = articleTemplate('1.0.0');
    await awsConsole.cloudFormation.createStack({ StackName, TemplateBody: first });
    await awsConsole.settle();
    const one = (await awsConsole.taskSet('Blue')).taskDefinition ?? '';
    const { approve, watch, excess, load } = await openProduction();
    approve(one, 100);
    // As after a promotion: green is stable and live, and the next release begins.
    await awsConsole.setWeights(0, 100);
    await awsConsole.tag('Green');

    await awsConsole.cloudFormation.updateStack({
      StackName,
      TemplateBody: pinBlueNaively(articleTemplate('1.0.1'), one),
    });
    await awsConsole.settle();
    const two = (await awsConsole.taskSet('Green')).taskDefinition ?? '';
    await watch('1.0.1');
    await load.stop();

    expect(two).not.toBe(one);
    expect(excess().map(({ taskDefinitionArn }) => taskDefinitionArn)).toContain(two);
  });
});

/** A release up to the share of 10 %. @returns ARN of the new version */
async function release(version: string, stable: string): Promise<string> {
  expect((await world.run(prepareBlue)).error).toBeUndefined();
  const deployed = await world.run(deployStack, world.builtIn(version, small));
  expect(deployed.error).toBeUndefined();
  const green = deployed.outputs['GreenTaskDefinition'] ?? '';
  expect(green).not.toBe(stable);
  expect(deployed.outputs['BlueTaskDefinition']).toBe(stable);
  expect(await production?.watch(version)).toBe(0);
  production?.approve(green, 10);
  expect((await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '10' })).error).toBeUndefined();
  expect(await production?.watch(version)).toBeGreaterThan(0);
  return green;
}

async function accept(green: string, stable: string): Promise<void> {
  production?.approve(green, 100);
  expect((await world.run(promote)).error).toBeUndefined();
  production?.approve(stable, 0);
}

async function openProduction(): Promise<Production> {
  const url = await awsConsole.listenerUrl();
  const load = startLoad(() => ({ url, host: undefined }), 250);
  const ledger = createApprovalLedger();
  production = {
    load,
    approve: (arn, percent) => ledger.approve(world.emulator.world.clock.now().getTime(), arn ?? '', percent),
    watch: async (version) => {
      // The first answers may belong to requests from before the last change.
      await load.nextAnswers(20);
      const from = load.mark();
      await load.nextAnswers(100);
      return load.measure(from, from + 100).versions[version] ?? 0;
    },
    excess: () =>
      ledger.findExcess(
        world.emulator
          .traffic()
          .map(({ time, taskDefinitionArn = 'nothing answered' }) => ({ time, taskDefinitionArn })),
      ),
  };
  return production;
}

function articleTemplate(version: string): string {
  const text = readFileSync(new URL('../fixtures/article/first-deployment.json', import.meta.url), 'utf8');
  return fitArns(text, world.scene).text.replace('"1.0.0"', JSON.stringify(version));
}

function pinBlueNaively(text: string, arn: string): string {
  const template = JSON.parse(text) as { Resources: { BlueTaskSet: { Properties: { TaskDefinition: unknown } } } };
  template.Resources.BlueTaskSet.Properties.TaskDefinition = arn;
  return JSON.stringify(template);
}
