import { Agent } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { askAsUser } from '../rehearsal/user-request.ts';
import { articleScripts, articleVariables } from './article-scripts.ts';
import { type Bench, type Contender, runContender, takeTurns } from './bench.ts';
import { atMost, type Section, showPair } from './section.ts';
import { pairedRatios, summarise } from './statistics.ts';

/** From the start of a step to what users notice of it. */
export async function measureResponses(bench: Bench, wanted: readonly ('shift' | 'rollback')[]): Promise<Section> {
  const { site, hasAws } = bench;
  const own = articleVariables(site.canary);
  const moves = { shift: { from: 0, to: 50, step: 'Shift to 50%' }, rollback: { from: 50, to: 0, step: 'Rollback' } };
  const article = { shift: articleScripts.shift(50), rollback: articleScripts.rollback };
  const sides = wanted.flatMap((move) => {
    const { step, ...weights } = moves[move];
    const ours = { script: site.step(step, others), ...weights };
    const theirs = { script: site.scriptStep(article[move], own, others), ...weights };
    return (hasAws ? [ours, theirs] : [ours]).map((side) => () => timeToResponse(bench, side));
  });
  const figures = await takeTurns(bench, sides);
  const of = (move: 'shift' | 'rollback') => {
    const at = wanted.indexOf(move) * (hasAws ? 2 : 1);
    return at < 0 ? [[], []] : [figures[at] ?? [], (hasAws ? figures[at + 1] : undefined) ?? []];
  };
  const [[shift = [], shiftOfTheirs = []], [rollback = [], rollbackOfTheirs = []]] = [of('shift'), of('rollback')];
  const ratio = (some: readonly number[], others: readonly number[]) => summarise(pairedRatios(some, others)).median;
  return {
    title: 'What users notice',
    about:
      'A client asks the listener all the time. A shift counts up to the first response from green, a rollback up to the first response after the last one from green.',
    tables: [
      {
        head: ['From the start of the step', 'Ours', 'Commands', 'Ratio'],
        rows: [
          ...(shift.length > 0
            ? [['Shift Traffic: first response from green', ...showPair(shift, shiftOfTheirs)]]
            : []),
          ...(rollback.length > 0
            ? [['Rollback: responses from blue alone', ...showPair(rollback, rollbackOfTheirs)]]
            : []),
        ],
      },
    ],
    goals: [
      ...(shiftOfTheirs.length > 0
        ? [atMost('Shift Traffic in force, against the command', 0.5, ratio(shift, shiftOfTheirs))]
        : []),
      ...(shift.length > 0 && rollback.length > 0
        ? [atMost('Rollback in force, against Shift Traffic in force', 1, ratio(rollback, shift))]
        : []),
    ],
  };
}

/** How many variables the project has beside those of the step. */
const others = 100;

async function timeToResponse(bench: Bench, contender: Contender): Promise<number> {
  const { canary, emulator } = bench.site;
  await canary.restore(contender.from);
  const client = startClient(`${emulator.listeners()[canary.listenerArn]}/`);
  // A command ends as soon as it is answered, before the client has seen more than a response or two.
  const timed = runContender(bench, contender).then(async (run) => setTimeout(afterwardsMs, run));
  const { startedAt } = await timed.finally(client.stop);
  const answers = client.answers().filter(({ at }) => at >= startedAt);
  const isGreen = answers.map(({ version }) => version === canary.greenVersion());
  const changed = contender.to > contender.from ? isGreen.indexOf(true) : isGreen.lastIndexOf(true) + 1;
  const answer = answers[changed];
  if (answer === undefined || !isGreen.includes(true))
    throw new Error('The client saw no change, so there is nothing to time.');
  return answer.at - startedAt;
}

const afterwardsMs = 200;

interface ListenerClient {
  readonly answers: () => readonly { readonly at: number; readonly version: string | undefined }[];
  /** Resolves once the last request has been answered. */
  readonly stop: () => Promise<void>;
}

function startClient(url: string): ListenerClient {
  const agent = new Agent({ keepAlive: true });
  const answers: { at: number; version: string | undefined }[] = [];
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      const { taskDefinition: version } = await askAsUser({ url, host: undefined }, agent);
      answers.push({ at: performance.now(), version });
      // Without a pause, the client would take a core from what it measures.
      await setTimeout(2);
    }
  })();
  return {
    answers: () => answers,
    stop: async () => {
      isOver = true;
      await asking;
      agent.destroy();
    },
  };
}
