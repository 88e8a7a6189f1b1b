import { Agent } from 'node:http';
import { type Client, stranger } from './client.ts';
import { type Answer, type Measurement, summarise } from './measurement.ts';
import { askAsUser, type Visit } from './user-request.ts';

/** Users who send requests at a steady rate until stopped. */
export interface Load {
  /** Position in the log of answers, to measure from or to. */
  readonly mark: () => number;
  readonly measure: (from: number, to?: number) => Measurement;
  /** Waits for the answers to that many further requests, at the named entry point or at any, and measures them. */
  readonly nextAnswers: (count: number, entryPoint?: string) => Promise<Measurement>;
  /** Every answer so far. */
  readonly answers: () => readonly Answer[];
  /** Resolves when every pending request has been answered. */
  readonly stop: () => Promise<void>;
}

/** Who the users are. */
export interface LoadManner {
  /** The cloud's time, epoch milliseconds. */
  readonly now: () => number;
  readonly nextClient: () => Client;
  /** Whether requests are sent only while somebody waits for answers. */
  readonly isSilent: boolean;
}

/**
 * Starts the users.
 * @param next where to send the next request; called every time, because a listener may be replaced
 * @param requestsPerSecond how many requests start in a real second, while not too many are pending
 */
export function startLoad(next: () => Visit, requestsPerSecond: number, manner: Partial<LoadManner> = {}): Load {
  const { now = Date.now, nextClient = () => stranger, isSilent = false } = manner;
  const agent = new Agent({ keepAlive: true, maxSockets: mostUnderWay });
  const answers: Answer[] = [];
  const samples = new Set<Sample>();
  const underWay = new Set<Promise<void>>();
  const ask = async (): Promise<void> => {
    const [visit, client] = [next(), nextClient()];
    const [askedAt, isBound] = [now(), client.isBound()];
    const reply = await askAsUser(visit, agent, client);
    const answer = { ...reply, entryPoint: visit.name, isBound, askedAt, answeredAt: now() };
    answers.push(answer);
    // A cookie sends its owner to a colour, whatever the weights say.
    if (isBound) return;
    for (const sample of samples) if (sample.take(answer)) samples.delete(sample);
  };
  const stopTicking = every(1000 / requestsPerSecond, () => {
    if (underWay.size >= mostUnderWay || (isSilent && samples.size === 0)) return;
    const asked = ask().finally(() => underWay.delete(asked));
    underWay.add(asked);
  });
  return {
    mark: () => answers.length,
    measure: (from, to) => summarise(answers.slice(from, to)),
    nextAnswers: (count, entryPoint) =>
      new Promise((resolve) => samples.add(collect({ count, entryPoint, since: now() }, resolve))),
    answers: () => answers,
    stop: async () => {
      stopTicking();
      await Promise.all(underWay);
      agent.destroy();
    },
  };
}

/** On a machine too slow for the rate, fewer requests are sent, so that they do not queue for sockets until they time out. */
const mostUnderWay = 64;

/** Answers that a caller is waiting for. */
interface Sample {
  /** @returns whether it is complete now */
  readonly take: (answer: Answer) => boolean;
}

interface Wanted {
  readonly count: number;
  readonly entryPoint: string | undefined;
  /** A slow answer to an earlier request says what was before. */
  readonly since: number;
}

function collect({ count, entryPoint, since }: Wanted, done: (measured: Measurement) => void): Sample {
  const taken: Answer[] = [];
  return {
    take: (answer) => {
      const isWanted = entryPoint === undefined || answer.entryPoint === entryPoint;
      if (isWanted && answer.askedAt >= since) taken.push(answer);
      if (taken.length < count) return false;
      done(summarise(taken));
      return true;
    },
  };
}

// Timers are often late; missed ticks are caught up to keep the rate.
function every(milliseconds: number, action: () => void): () => void {
  const startedAt = performance.now();
  let done = 0;
  const timer = setInterval(
    () => {
      const due = Math.floor((performance.now() - startedAt) / milliseconds);
      for (const most = done + 20; done < due && done < most; done += 1) action();
      done = due;
    },
    Math.max(1, Math.floor(milliseconds)),
  );
  return () => clearInterval(timer);
}
