import { describe, it } from 'vitest';
import { brokenStackCases } from './broken-stack-cases.ts';
import { followToTheLetter } from './follow-to-the-letter.ts';
import { closeHintScene, openHintScene } from './hint-scene.ts';

describe('on a stack that only a person can repair, an operator who follows the words of', () => {
  it.each(brokenStackCases)('$code, when $when', async (each) => {
    const scene = await openHintScene();
    try {
      await followToTheLetter(each, scene);
    } finally {
      await closeHintScene(scene);
    }
  });
});
