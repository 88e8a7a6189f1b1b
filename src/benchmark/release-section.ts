import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { articleScripts, articleVariables } from './article-scripts.ts';
import { type Bench, takeTurns } from './bench.ts';
import { atMost, type Section, showPair, showSeconds } from './section.ts';
import { imageOf, newRelease, type Site, timeScale } from './site.ts';
import { summarise } from './statistics.ts';
import { timeScript, type WorkerScript } from './worker/worker-script.ts';

interface Release {
  readonly milliseconds: number;
  readonly cpuMilliseconds: number;
  readonly calls: number;
}

/** One release from the preparation to the promotion, without the time that people take, and a whole rehearsal. */
export async function measureRelease(bench: Bench): Promise<Section> {
  const { site, hasAws } = bench;
  let version = Number.parseInt(newRelease, 10);
  const play = (scripts: (release: string) => readonly WorkerScript[]) => () => {
    version += 1;
    return playRelease(site, scripts(`${version}.0.0`));
  };
  const sides = [play((release) => ourScripts(site, release)), play((release) => theirScripts(site, release))];
  const {
    sides: [ours = [], theirs = []],
    nodeRuns,
  } = await takeTurns(bench, hasAws ? sides : sides.slice(0, 1));
  const pair = (of: (run: Release) => number) => showPair(ours.map(of), theirs.map(of));
  const calls = [ours, theirs].map((runs) => (runs.length === 0 ? '' : summarise(runs.map(callsOf)).median.toFixed(0)));
  const rehearsal = await timeRehearsal();
  return {
    title: 'One release',
    about: `Prepare, deploy a new version, add the test rule, shift to 10 % and 50 %, promote. The emulated AWS runs ${timeScale} times as fast as real time, for both sides. The commands wait for the stack, and for nothing else.`,
    tables: [
      {
        head: ['', 'Ours', 'Commands', 'Ratio'],
        rows: [
          ['Time', ...pair(({ milliseconds }) => milliseconds)],
          ['CPU', ...pair(({ cpuMilliseconds }) => cpuMilliseconds)],
          ['AWS calls', ...calls, ''],
          ['A whole rehearsal', showSeconds(rehearsal), '', ''],
        ],
      },
    ],
    goals: [atMost('A whole rehearsal, `npm run rehearse -- --yes`', 25_000, rehearsal, showSeconds)],
    nodeRuns,
  };
}

/** How many variables the project has beside those of the steps. */
const others = 100;

function ourScripts({ step }: Site, release: string): readonly WorkerScript[] {
  const names = ['Prepare Blue', 'Deploy Stack', 'Add Test Rule', 'Shift to 10%', 'Shift to 50%', 'Promote'];
  return names.map((name) => step(name, others, release));
}

function theirScripts({ canary, scriptStep }: Site, release: string): readonly WorkerScript[] {
  const { prepare, updateAndWait, addTestRule, shift, promote } = articleScripts;
  const own = articleVariables(canary, imageOf(release));
  const bodies = [prepare, updateAndWait, addTestRule, shift(10), shift(50), promote];
  return bodies.map((body) => scriptStep(body, own, others));
}

/** Every release begins with all of the traffic on blue, and ends with all of it on green. */
async function playRelease({ canary, emulator }: Site, scripts: readonly WorkerScript[]): Promise<Release> {
  await canary.restart();
  const before = emulator.calls().length;
  const runs = [];
  for (const script of scripts) runs.push(await timeScript(script));
  if (canary.weights().green !== 100) throw new Error('A release did not end with all of the traffic on green.');
  return {
    milliseconds: runs.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
    cpuMilliseconds: runs.reduce((sum, { cpuMilliseconds }) => sum + cpuMilliseconds, 0),
    calls: emulator.calls().length - before,
  };
}

function callsOf({ calls }: Release): number {
  return calls;
}

/** @returns milliseconds. @throws Error with the end of its log if it fails */
async function timeRehearsal(): Promise<number> {
  const program = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
  const startedAt = performance.now();
  const rehearsal = spawn(process.execPath, ['--import', 'tsx', program, 'rehearse', '--yes'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const code = new Promise((resolve, reject) => rehearsal.once('error', reject).once('close', resolve));
  const said = await text(rehearsal.stdout);
  if ((await code) !== 0) throw new Error(`The rehearsal failed, so its time means nothing:\n${said.slice(-2000)}`);
  return performance.now() - startedAt;
}
