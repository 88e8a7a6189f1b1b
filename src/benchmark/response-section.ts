import { Agent } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { askAsUser } from '../rehearsal/user-request.ts';
import { articleScripts, articleVariables } from './article-scripts.ts';
import { type Bench, type Contender, runContender, takeTurns } from './bench.ts';
import { ratioGoal, type Section, showPair } from './section.ts';

/** What moves traffic: our step, and what the blog post does instead; green's share in percent before and after. */
const moves = {
  shift: {
    ...{ step: 'Shift to 50%', article: articleScripts.shift(50), from: 0, to: 50 },
    title: 'Shift Traffic: first response from green',
  },
  rollback: {
    ...{ step: 'Rollback', article: articleScripts.rollback, from: 50, to: 0 },
    title: 'Rollback: responses from blue alone',
  },
} as const;

export type Move = keyof typeof moves;

/** From the start of a step to what users notice of it. */
export async function measureResponses(bench: Bench, wanted: readonly Move[]): Promise<Section> {
  const sides = wanted.flatMap((move) => contenders(bench, move).map((side) => () => timeToResponse(bench, side)));
  const { sides: figures, nodeRuns } = await takeTurns(bench, sides);
  const width = sides.length / wanted.length;
  const of = (move: Move) => {
    const own = wanted.includes(move) ? figures.slice(wanted.indexOf(move) * width).slice(0, width) : [];
    return { ours: own[0] ?? [], theirs: own[1] ?? [] };
  };
  const [shift, rollback] = [of('shift'), of('rollback')];
  return {
    title: 'What users notice',
    about:
      'A client asks the listener all the time. A shift counts up to the first response from green, a rollback up to the first response after the last one from green.',
    tables: [
      {
        head: ['From the start of the step', 'Ours', 'Commands', 'Ratio'],
        rows: wanted.map((move) => [moves[move].title, ...showPair(of(move).ours, of(move).theirs)]),
      },
    ],
    goals: [
      ...ratioGoal('Shift Traffic in force, against the command in force', 0.5, shift.ours, shift.theirs),
      ...ratioGoal('Rollback in force, against Shift Traffic in force', 1, rollback.ours, shift.ours),
    ],
    nodeRuns,
  };
}

function contenders({ site, hasAws }: Bench, move: Move): readonly Contender[] {
  const { step, article, from, to } = moves[move];
  const ours = { script: site.step(step, others), from, to };
  if (!hasAws) return [ours];
  return [ours, { script: site.scriptStep(article, articleVariables(site.canary), others), from, to }];
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
