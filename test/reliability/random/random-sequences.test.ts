import { describe, expect, it } from 'vitest';
import type { Aws } from '../../../src/aws/aws.ts';
import { runGivenSequence, runRandomSequences } from '../../../src/reliability/random/random-sequences.ts';
import type { Sequence } from '../../../src/reliability/random/sequence.ts';

const options = { maxActions: 12, shrinkMs: 0 } as const;
const noFault = { kind: 'none' } as const;
const plainly = {
  kind: 'next-step',
  slot: 0,
  intervention: { proceed: true, note: '' },
  injectedFault: noFault,
} as const;

describe('random actions of operators and AWS', () => {
  it('all invariants hold in a few random sequences', async () => {
    const { failures, outcomes } = await runRandomSequences({ ...options, sequences: 2, parallel: 2, seed: 41 });
    expect(failures).toEqual([]);
    expect([...outcomes.keys()]).toContain('promote: done');
  });
});

describe('sequences that once violated an invariant', () => {
  it.each<[string, Sequence]>([
    [
      'users stay on a promoted version although its tag is wrong and a deployment fails',
      { start: 'stable-green', actions: [{ kind: 'tag', value: 'Purple' }, plainly, plainly] },
    ],
    [
      "a release goes through after somebody else's stack update failed and was taken back",
      { start: 'stable-blue', actions: [{ kind: 'stack', fails: true }, plainly] },
    ],
  ])('%s', async (_, sequence) => {
    expect((await runGivenSequence(sequence)).violations).toEqual([]);
  });
});

describe('a step that is wrong is found', () => {
  it('when it writes the tag before the weights, and the sequence that finds it can be run again', async () => {
    const planted = { ...options, mutation: tagFirst };
    const [found] = (await runRandomSequences({ ...planted, sequences: 3, seed: 20 })).failures;
    expect(found?.violations.join('\n')).toMatch(/I4: the tag was set to (Blue|Green) while green had/);
    const again = await runRandomSequences({
      ...planted,
      sequences: 1,
      seed: found?.seed ?? 0,
      path: found?.path,
    });
    expect(again.failures[0]?.sequence).toEqual(found?.sequence);
  });

  it('and a path that leads to no sequence is refused instead of running others endlessly', async () => {
    const replay = runRandomSequences({ ...options, sequences: 1, seed: 1, path: '0:99999' });
    await expect(replay).rejects.toThrow('--path 0:99999 leads to no sequence of seed 1.');
  });

  it('when it gives green five points more than approved', async () => {
    const { failures } = await runRandomSequences({ ...options, mutation: giveMore, sequences: 1, seed: 20 });
    expect(failures[0]?.violations.join('\n')).toMatch(/I1: v\d+ has 15\.0 %, but 10 % is approved/);
  });
});

/** Promote and Rollback with the tag written first. */
function tagFirst(aws: Aws): Aws {
  let serviceArn = '';
  return {
    ...aws,
    ecs: {
      ...aws.ecs,
      describeService: async (...where) => {
        const service = await aws.ecs.describeService(...where);
        serviceArn = service?.arn ?? '';
        return service;
      },
    },
    loadBalancing: {
      ...aws.loadBalancing,
      modifyActions: async (arn, actions) => {
        const [blue = 0, green = 0] = actions[0]?.ForwardConfig?.TargetGroups?.map(({ Weight }) => Weight ?? 0) ?? [];
        if (blue === 0 || green === 0) await aws.ecs.tagStable(serviceArn, blue === 0 ? 'Green' : 'Blue');
        await aws.loadBalancing.modifyActions(arn, actions);
      },
    },
  };
}

/** Shift Traffic with an arithmetic error. */
function giveMore(aws: Aws): Aws {
  return {
    ...aws,
    loadBalancing: {
      ...aws.loadBalancing,
      modifyActions: (arn, actions) =>
        aws.loadBalancing.modifyActions(
          arn,
          JSON.parse(JSON.stringify(actions), (key, value) =>
            key === 'Weight' && value === 10 ? 15 : key === 'Weight' && value === 90 ? 85 : value,
          ),
        ),
    },
  };
}
