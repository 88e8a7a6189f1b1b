import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployStack } from '../../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../../src/steps/prepare-blue/prepare-blue.ts';
import { type CanaryWorld, openCanaryWorld } from '../../support/canary-world.ts';
import {
  describeMoment,
  Killed,
  type MadeCall,
  type Moment,
  momentsOf,
  watch,
  writesOf,
  writingMethods,
} from './killing.ts';
import { arrange, type Picture, patientHealthChecks, takePicture } from './picture.ts';

/** Every look begins with the stack; what else is read in it differs from that only by the time that passes. */
const perLook = (method: string) => method === 'describeStack';

describe('a step that changes the stack, killed at any moment and run again', () => {
  let world: CanaryWorld;
  beforeAll(async () => {
    world = await openCanaryWorld({ pageSize: 100 });
  });
  afterAll(() => world.close());

  it('creates one stack, as if it had never been killed', async () => {
    const record: MadeCall[] = [];
    await deploy(world, 'whole', 8000, '1', watch(record).between);
    const expected = await takePicture(world, 'whole');
    expect(expected).toMatchObject({ stack: 'CREATE_COMPLETE', operations: 1, tag: 'Blue' });
    const moments = momentsOf(record, perLook);
    await inParallel(moments, 4, async (moment, index) => {
      const killed = watch([], moment);
      const name = `killed-${index}`;
      await ended(deploy(world, name, 8001 + index, '1', killed.between), killed.reached, moment);
      await deploy(world, name, 8001 + index, '1');
      expect(await takePicture(world, name), describeMoment(moment)).toEqual(expected);
      await world.emulator.world.invoke('cloudformation', 'DeleteStack', { StackName: name });
    });
  });

  it('updates the stack once for a new version', async () => {
    const record: MadeCall[] = [];
    await deploy(world, 'lane-0', 9000, '1');
    await deploy(world, 'lane-0', 9000, '2', watch(record).between);
    const before = await takePicture(world, 'lane-0');
    const expected = (version: string, operations: number): Picture => ({
      ...before,
      green: version,
      operations: operations + 1,
    });
    await inLanes(world, momentsOf(record, perLook), async (moment, name, port, index) => {
      const version = `3.${index}`;
      const { operations } = await takePicture(world, name);
      const killed = watch([], moment);
      await ended(deploy(world, name, port, version, killed.between), killed.reached, moment);
      await deploy(world, name, port, version);
      expect(await takePicture(world, name), describeMoment(moment)).toEqual(expected(version, operations));
    });
  });

  it('makes blue the promoted version with one update, weights before the tag', async () => {
    const record: MadeCall[] = [];
    await promoted(world, 'prepared', 9100, '2');
    await prepare(world, 'prepared', watch(record).between);
    const expected = await takePicture(world, 'prepared');
    expect(expected).toMatchObject({ blue: '2', green: '2', pinnedBlue: '2', tag: 'Blue' });
    await inLanes(world, momentsOf(record, perLook), async (moment, name, port, index) => {
      const version = `4.${index}`;
      await promoted(world, name, port, version);
      const { operations } = await takePicture(world, name);
      const made: MadeCall[] = [];
      const killed = watch(made, moment);
      await ended(prepare(world, name, killed.between), killed.reached, moment);
      await prepare(world, name, watch(made).between);
      expect(await takePicture(world, name), describeMoment(moment)).toEqual({
        ...expected,
        blue: version,
        green: version,
        pinnedBlue: version,
        operations: operations + 1,
      });
      expect(writesOf(made)).toEqual(['updateStack', 'modifyActions', 'tagStable']);
    });
  });
});

type Between = ReturnType<typeof watch>['between'];

async function deploy(
  world: CanaryWorld,
  name: string,
  port: number,
  version: string,
  between: Between = (aws) => aws,
): Promise<void> {
  const more = {
    'EcsCanary.StackName': name,
    'EcsCanary.ListenerPort': String(port),
    'EcsCanary.DesiredCount': '1',
    'EcsCanary.TimeoutMinutes': '1',
    ...patientHealthChecks,
  };
  const run = await world.run(deployStack, world.builtIn(version, more), { between });
  expect(run.error).toBeUndefined();
}

async function prepare(world: CanaryWorld, name: string, between: Between): Promise<void> {
  const run = await world.run(
    prepareBlue,
    { 'EcsCanary.StackName': name, 'EcsCanary.TimeoutMinutes': '1' },
    { between },
  );
  expect(run.error).toBeUndefined();
}

/** A stack in which that version was promoted while blue still runs another one. */
async function promoted(world: CanaryWorld, name: string, port: number, version: string): Promise<void> {
  if (!(await world.aws.cloudFormation.describeStack(name))) await deploy(world, name, port, '1');
  await deploy(world, name, port, version);
  await arrange(world, name, { weights: [0, 100], tag: 'Green' });
}

/** How often a wait looks depends on time; but every write must have been killed. */
async function ended(run: Promise<void>, reached: () => boolean, moment: Moment): Promise<void> {
  await run.catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
  if (writingMethods.includes(moment.method)) expect(reached(), describeMoment(moment)).toBe(true);
}

/** Spreads the moments over four stacks, in each of which one follows the other. */
async function inLanes(
  world: CanaryWorld,
  moments: readonly Moment[],
  work: (moment: Moment, name: string, port: number, index: number) => Promise<void>,
): Promise<void> {
  const lanes = [0, 1, 2, 3].map(async (lane) => {
    const name = `lane-${lane}`;
    if (!(await world.aws.cloudFormation.describeStack(name))) await deploy(world, name, 9000 + lane, '1');
    for (const [index, moment] of moments.entries()) {
      if (index % 4 === lane) await work(moment, name, 9000 + lane, index);
    }
  });
  await Promise.all(lanes);
}

async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const lanes = Array.from({ length: width }, async (_, lane) => {
    for (const [index, item] of items.entries()) if (index % width === lane) await work(item, index);
  });
  await Promise.all(lanes);
}
