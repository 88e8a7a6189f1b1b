import { expect } from 'vitest';
import { readHint } from './hint.ts';
import type { HintCase, HintScene } from './hint-case.ts';

/** Lets the error arise, does what its words say, and runs the step again. */
export async function followToTheLetter({ code, arrange, run, first, follow, leadsTo }: HintCase, scene: HintScene) {
  await arrange?.(scene);
  const refused = await run(scene, {}, first ?? {});
  if (refused.error?.code !== code) throw refused.error ?? new Error(`nothing was refused: ${refused.log.at(-1)}`);
  const values = await follow(readHint(refused.error, scene.world), scene);
  const again = await run(scene, values ?? {}, {});
  expect(again.error?.code, again.error?.message).toBe(leadsTo);
}
