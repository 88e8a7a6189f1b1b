import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAcceleratedClock } from '../../../src/reliability/step-runs/accelerated-clock.ts';
import { deployOwnTemplate } from '../../../src/steps/deploy-stack/deploy-own-template.ts';
import { prepareBlue } from '../../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../../src/steps/promote.ts';
import { rollback } from '../../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../../src/steps/shift-traffic.ts';
import { eventually } from '../../support/canary-console.ts';
import type { StepRun } from '../../support/canary-world.ts';
import { type OwnCanary, openOwnCanary } from '../../support/own-canary.ts';

const timeScale = 40;
const idle = { 'EcsCanary.IdleScalePercent': '0' };
const ways: readonly (readonly [listener: string, path: string])[] = [
  ['Listener', '/'],
  ['Listener', '/api/x'],
  ['InternalListener', '/'],
];

let canary: OwnCanary;
let template: (version: string) => Readonly<Record<string, string>>;

/** Users who send requests to every entry point in turn, without a pause, until stopped. */
function sendUsers() {
  const seen: string[] = [];
  let stopped = false;
  const asking = (async () => {
    for (let turn = 0; !stopped; turn += 1) {
      const [listener, path] = ways[turn % ways.length] ?? ['', ''];
      const { status, version } = await canary.ask(listener, path);
      seen.push(status === 200 ? `${version}` : `status ${status}`);
    }
  })();
  return {
    /** Distinct answers since the last call. */
    take: (): readonly string[] => [...new Set(seen.splice(0))].sort(),
    stop: async () => {
      stopped = true;
      await asking;
    },
  };
}

/** A step whose clock runs as fast as the emulated AWS. */
function clock() {
  return { clock: createAcceleratedClock(timeScale) };
}

function succeeded(run: StepRun): StepRun {
  expect(run.error).toBeUndefined();
  return run;
}

beforeAll(async () => {
  canary = await openOwnCanary('entry-points/every-entry-point.yaml', ['1', '2'], { timeScale });
  template = (version) => ({ 'EcsCanary.Template': canary.template(version) });
});
afterAll(() => canary.close());

describe('with load balancer nodes that receive weights 60 seconds late, and an idle scale of 0', () => {
  const settle = { 'EcsCanary.SettleSeconds': '120' };

  it('no user gets an error or an unapproved version during promotion, rollback and the next release', async () => {
    const { world } = canary;
    world.emulator.setRuleLag(60);
    const users = sendUsers();
    succeeded(await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '50', ...settle }, clock()));
    const promoted = succeeded(await world.run(promote, { ...idle, ...settle }, clock()));
    expect(promoted.log.join('\n')).toMatch(
      /Waiting: Blue stays at 100 % for another \d+ s \(of 120 s\), so that every/,
    );
    expect((await canary.awsConsole.taskSet('Blue')).scale?.value).toBe(0);
    const back = succeeded(await world.run(rollback, { ...idle, ...settle }, clock()));
    expect(back.log.join('\n')).toMatch(/Waiting: Green stays at 100 % for another \d+ s/);
    expect(users.take()).toEqual(['1', '2']);

    succeeded(await world.run(prepareBlue, {}, clock()));
    succeeded(await world.run(deployOwnTemplate, { ...template('3'), ...settle }, clock()));
    expect(users.take()).toEqual(['1']);
    succeeded(await world.run(promote, { ...idle, ...settle }, clock()));
    expect(users.take()).toEqual(['1', '3']);

    // The next release moves everybody back to blue and replaces green, to which some nodes still send requests.
    succeeded(await world.run(prepareBlue, {}, clock()));
    const deployed = succeeded(await world.run(deployOwnTemplate, { ...template('4'), ...settle }, clock()));
    expect(deployed.log.join('\n')).toMatch(/Waiting: Green had traffic until .* Replacing it in \d+ s/);
    expect(users.take()).toEqual(['3']);
    await users.stop();
    world.emulator.setRuleLag(0);
  });

  it('a killed and repeated step waits again, and calls AWS only a few times meanwhile', async () => {
    const { world } = canary;
    succeeded(await world.run(promote, settle, clock()));
    const run = succeeded(await world.run(promote, { ...idle, ...settle }, clock()));
    expect(run.log.join('\n')).toContain('Blue stays at 100 % for another 120 s (of 120 s)');
    expect(run.calls.filter((call) => call === 'DescribeRules').length).toBeLessThan(40);
    expect((await canary.awsConsole.taskSet('Blue')).scale?.value).toBe(0);
  });

  it('a step that scales nothing down does not wait', async () => {
    const { world } = canary;
    for (const run of [
      await world.run(rollback, settle, clock()),
      await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '50', ...settle }, clock()),
      await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '0', ...settle }, clock()),
    ])
      expect(succeeded(run).log.join('\n')).not.toContain('Waiting: Green stays');
  });
});

describe('the same without settling, as a control', () => {
  it('Promote takes blue away from users whom a node still sends there', async () => {
    const { world, awsConsole } = canary;
    world.emulator.setRuleLag(1_000_000);
    succeeded(await world.run(promote, { ...idle, 'EcsCanary.SettleSeconds': '0' }, clock()));
    const { BlueTargetGroup } = await awsConsole.outputs();
    await eventually('blue has no target', async () => {
      const { TargetHealthDescriptions } = await awsConsole.elb.describeTargetHealth({
        TargetGroupArn: BlueTargetGroup,
      });
      return TargetHealthDescriptions?.length === 0;
    });
    const answers = [await canary.ask('Listener'), await canary.ask('Listener')];
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 503]);
    world.emulator.setRuleLag(0);
  });

  it('Deploy Own Template puts an unapproved version in front of users whom a node still sends to green', async () => {
    const { world } = canary;
    world.emulator.setRuleLag(1_000_000);
    succeeded(await world.run(prepareBlue, {}, clock()));
    succeeded(await world.run(deployOwnTemplate, { ...template('5'), 'EcsCanary.SettleSeconds': '0' }, clock()));
    const answers = [await canary.ask('Listener'), await canary.ask('Listener')];
    expect(answers.map(({ version }) => version)).toContain('5');
    world.emulator.setRuleLag(0);
  });
});
