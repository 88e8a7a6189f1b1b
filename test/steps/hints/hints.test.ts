import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { errorCatalogue } from '../../../src/canary/error-catalogue.ts';
import { OperatorError } from '../../../src/canary/operator-error.ts';
import { promote } from '../../../src/steps/promote.ts';
import { approvalCases } from './approval-cases.ts';
import { awsCases } from './aws-cases.ts';
import { brokenStackCases } from './broken-stack-cases.ts';
import { followToTheLetter } from './follow-to-the-letter.ts';
import { readHint } from './hint.ts';
import type { HintCase, HintScene } from './hint-case.ts';
import { closeHintScene, openHintScene, resetHintScene } from './hint-scene.ts';
import { ruleCases } from './rule-cases.ts';
import { stackCases } from './stack-cases.ts';
import { templateCases } from './template-cases.ts';
import { trafficCases } from './traffic-cases.ts';

const shared: readonly HintCase[] = [
  ...trafficCases,
  ...ruleCases,
  ...approvalCases,
  ...awsCases,
  ...stackCases,
  ...templateCases,
];

const notFollowed: Readonly<Record<string, string>> = {
  'aws-throttled': "Steps wait and retry until their time is over, so it is only ever the cause of 'timed-out'.",
  'aws-untrusted':
    'The emulated AWS has no certificate: test/workers/proxy.test.ts goes through an inspecting proxy, with NODE_EXTRA_CA_CERTS.',
  'set-up-failed': 'It is no step of a canary: test/set-up does what its words say, and runs it again.',
  'proxy-refused': 'The emulated AWS needs no proxy: test/aws/proxy.test.ts exempts a host in NO_PROXY.',
};

describe('an operator who follows the words of', () => {
  let scene: HintScene;
  beforeAll(async () => {
    scene = await openHintScene();
  });
  beforeEach(() => resetHintScene(scene));
  afterAll(() => closeHintScene(scene));

  it.each(shared)('$code, when $when', (each) => followToTheLetter(each, scene));
});

it('an operator who follows the warning that blue keeps its scale can scale it down', async () => {
  const scene = await openHintScene();
  try {
    const idle = {
      'EcsCanary.IdleScalePercent': '50',
      'EcsCanary.SettleSeconds': '40',
      'EcsCanary.TimeoutMinutes': '1',
    };
    const promoted = await scene.world.run(promote, idle);
    expect(promoted.error).toBeUndefined();
    const warning = promoted.log.find((line) => line.includes('Blue stays at 100 %')) ?? '';
    await readHint(new OperatorError('timed-out', '', warning), scene.world).runsCommands();
    expect((await scene.awsConsole.taskSet('Blue')).scale?.value).toBe(50);
  } finally {
    await closeHintScene(scene);
  }
});

it('every error has words that a test follows, or a reason why none can', () => {
  const followed: readonly string[] = [...shared, ...brokenStackCases].map(({ code }) => code);
  expect([...new Set([...followed, ...Object.keys(notFollowed)])].sort()).toEqual(Object.keys(errorCatalogue).sort());
  expect(followed.filter((code) => code in notFollowed)).toEqual([]);
});
