import { expect } from 'vitest';
import { AwsError } from '../../../src/emulator/contract/aws-error.ts';
import type { EmulatorOptions } from '../../../src/emulator/options.ts';
import { deployStack } from '../../../src/steps/deploy-stack/deploy-stack.ts';
import { rollback } from '../../../src/steps/rollback/rollback.ts';
import { eventually } from '../../support/canary-console.ts';
import { openDeployedCanary } from '../../support/deployed-canary.ts';
import { addedRules, lockTag, untag } from './actions.ts';
import type { HintScene } from './hint-case.ts';

/** A person's own decision, which no lock stops. */
export const runbook = { deployment: 'RunbookRuns-1' };

/** Opens a very fast world with a canary. */
export async function openHintScene(): Promise<HintScene> {
  const refusals: HintScene['refusals'] = new Map();
  const authorize: EmulatorOptions['authorize'] = async ({ operation }) => {
    const refusal = refusals.get(operation);
    return refusal && new AwsError(...refusal);
  };
  return { ...(await openDeployedCanary({ authorize })), refusals };
}

/** Gives blue all of the traffic, with the tag Blue, no lock and no rule that a case added. */
export async function resetHintScene(scene: HintScene): Promise<void> {
  const { world, awsConsole, refusals } = scene;
  refusals.clear();
  world.emulator.faults.clear();
  await deleteStack(scene, 'second');
  for (const { RuleArn } of await addedRules(scene)) await awsConsole.elb.deleteRule({ RuleArn });
  await awsConsole.setWeights(100, 0);
  await awsConsole.tag('Blue');
  expect((await world.run(rollback, {}, runbook)).error).toBeUndefined();
  await untag(scene, lockTag);
  await deployAnother(scene);
  await eventually('both colours are steady', async () => {
    const colours = [await awsConsole.taskSet('Blue'), await awsConsole.taskSet('Green')];
    return colours.every(({ stabilityStatus }) => stabilityStatus === 'STEADY_STATE');
  });
}

async function deleteStack({ awsConsole: { cloudFormation } }: HintScene, StackName: string): Promise<void> {
  await cloudFormation.deleteStack({ StackName });
  await eventually(`${StackName} is gone`, () =>
    cloudFormation.describeStacks({ StackName }).then(
      () => false,
      () => true,
    ),
  );
}

let version = 2;

/** Whoever must decide between the colours has a choice only if they run different versions. */
async function deployAnother({ world, awsConsole }: HintScene): Promise<void> {
  const [blue, green] = [await awsConsole.taskSet('Blue'), await awsConsole.taskSet('Green')];
  if (blue.taskDefinition !== green.taskDefinition) return;
  version += 1;
  expect((await world.run(deployStack, world.builtIn(String(version)))).error).toBeUndefined();
}

export async function closeHintScene({ world, awsConsole }: HintScene): Promise<void> {
  awsConsole.close();
  await world.close();
}
