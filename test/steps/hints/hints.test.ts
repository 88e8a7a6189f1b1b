import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { approvalCases } from './approval-cases.ts';
import { awsCases } from './aws-cases.ts';
import { readHint } from './hint.ts';
import type { HintCase, HintScene } from './hint-case.ts';
import { closeHintScene, openHintScene, resetHintScene } from './hint-scene.ts';
import { stackCases } from './stack-cases.ts';
import { trafficCases } from './traffic-cases.ts';

async function followToTheLetter({ code, arrange, run, first, follow, leadsTo }: HintCase, scene: HintScene) {
  await arrange?.(scene);
  const refused = await run(scene, {}, first ?? {});
  if (refused.error?.code !== code) throw refused.error ?? new Error(`nothing was refused: ${refused.log.at(-1)}`);
  const values = await follow(readHint(refused.error, scene.world), scene);
  const again = await run(scene, values ?? {}, {});
  expect(again.error?.code, again.error?.message).toBe(leadsTo);
}

describe('an operator who follows the words of', () => {
  let scene: HintScene;
  beforeAll(async () => {
    scene = await openHintScene();
  });
  beforeEach(() => resetHintScene(scene));
  afterAll(() => closeHintScene(scene));

  it.each([...trafficCases, ...approvalCases, ...awsCases, ...stackCases])('$code, when $when', (each) =>
    followToTheLetter(each, scene),
  );
});
