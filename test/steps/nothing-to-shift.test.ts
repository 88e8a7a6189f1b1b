import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addTestRule } from '../../src/steps/add-test-rule/add-test-rule.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { writesOf } from '../support/call-log.ts';
import { type CanaryConsole, openCanaryConsole } from '../support/canary-console.ts';
import { type CanaryWorld, openCanaryWorld, type RunOptions } from '../support/canary-world.ts';
import { openOwnCanary } from '../support/own-canary.ts';

type Given = Readonly<Record<string, string>>;

const approved = { 'EcsCanary.ApprovalStep': 'Approve', 'Approval.Manual.Approved': 'True' };
const skipped = { 'EcsCanary.ApprovalStep': 'Approve' };
const answers: readonly [string, Given][] = [
  ['is blank', {}],
  ['names a step that was skipped', skipped],
  ['names a step that was approved', approved],
];

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeAll(async () => {
  world = await openCanaryWorld({ timeScale: 400 });
  awsConsole = openCanaryConsole(world.emulator);
  expect((await world.run(prepareBlue)).outputs).toMatchObject({ FirstDeployment: 'True' });
  expect((await world.run(deployStack, world.builtIn('1'))).error).toBeUndefined();
});
afterAll(async () => {
  awsConsole.close();
  await world.close();
});

const shift = (given: Given, options?: RunOptions) =>
  world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '10', ...given }, options);
const promotion = (given: Given, options?: RunOptions) => world.run(promote, given, options);
const movers: readonly [string, typeof shift][] = [
  ['Shift Traffic', shift],
  ['Promote', promotion],
];

describe.each(movers)('%s in a first deployment, which its run condition let through', (_, run) => {
  it.each(answers)('says that there is nothing to shift where EcsCanary.ApprovalStep %s', async (_case, given) => {
    const refused = await run(given);
    expect(refused.error).toMatchObject({
      code: 'nothing-to-shift',
      message: expect.stringContaining('blue and green run the same version, canary:1'),
      hint: expect.stringContaining('run condition'),
    });
    expect(writesOf(refused)).toEqual([]);
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
  });
});

describe('in a first deployment', () => {
  it('a share of 0, which moves nothing, stays allowed', async () => {
    const nothing = await shift({ 'EcsCanary.GreenPercent': '0' });
    expect(nothing.error).toBeUndefined();
    expect(writesOf(nothing)).toEqual([]);
  });

  it('testers may try green, and the Rollback after the refusal leaves all traffic on blue and no rule', async () => {
    expect((await world.run(addTestRule)).error).toBeUndefined();
    expect((await shift(approved)).error?.code).toBe('nothing-to-shift');
    expect((await world.run(rollback, {}, { deploymentFailed: true })).error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
    expect(await awsConsole.readTag()).toBe('Blue');
    expect((await shift(approved)).error?.code).toBe('nothing-to-shift');
  });

  it.each(movers)(
    '%s refuses too where the stack was touched since, as by a step that was killed and run again',
    async (_, run) => {
      const between: RunOptions['between'] = (aws) => ({
        ...aws,
        cloudFormation: {
          ...aws.cloudFormation,
          describeStack: async (...asked) => {
            const stack = await aws.cloudFormation.describeStack(...asked);
            return stack && { ...stack, status: 'UPDATE_COMPLETE' };
          },
        },
      });
      expect((await run({}, { between })).error?.code).toBe('nothing-to-shift');
    },
  );
});

describe('the next deployment', () => {
  it('shifts, although it deploys the same version again: Prepare Blue has prepared it', async () => {
    const next = { deployment: 'Deployments-2' };
    expect((await world.run(prepareBlue, {}, next)).outputs).toMatchObject({ FirstDeployment: 'False' });
    expect((await world.run(deployStack, world.builtIn('1'), next)).log.join('\n')).toContain('nothing to update');
    expect((await shift(skipped, next)).error?.code).toBe('not-approved');
    expect((await shift(approved, next)).error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 90, green: 10 });
    expect((await promotion(approved, next)).error).toBeUndefined();
    expect(await awsConsole.readTag()).toBe('Green');
  });
});

describe('a stack that was created with blue pinned to the version that served elsewhere', () => {
  const pinned = (template: string) =>
    template.replace(
      /(BlueSet:\n[\s\S]*?TaskDefinition: )!Ref Definition/,
      '$1arn:aws:ecs:us-east-1:123456789012:task-definition/old:1',
    );

  it('has something to shift', async () => {
    const own = await openOwnCanary('cases/first-deployment-blue-empty.yaml', [], { edit: pinned });
    try {
      await own.awsConsole.ecs.registerTaskDefinition({
        ...{ family: 'old', cpu: '256', memory: '512', networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'] },
        containerDefinitions: [
          {
            ...{ name: 'web', image: 'nginx:0', portMappings: [{ containerPort: 80 }] },
            environment: [{ name: 'APPVERSION', value: '0' }],
          },
        ],
      });
      expect((await own.deploy('1')).error).toBeUndefined();
      expect((await own.ask('Listener')).version).toBe('0');
      // Prepare Blue had no service to lock yet, so an approval needs a deployment that holds the lock.
      expect((await own.world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '10', ...approved })).error).toMatchObject({
        code: 'canary-lost',
        hint: expect.stringContaining('Deploy the release again, starting with Prepare Blue'),
      });
      expect((await own.world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '10' })).error).toBeUndefined();
      expect(await own.weights('Rule')).toEqual([90, 10]);
      expect((await own.world.run(promote)).error).toBeUndefined();
      expect((await own.ask('Listener')).version).toBe('1');
    } finally {
      await own.close();
    }
  });
});
